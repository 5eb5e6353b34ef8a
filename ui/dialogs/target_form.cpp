#include "ui/dialogs/target_form.h"

#include <QFileInfo>
#include <QRegularExpression>
#include <QSettings>
#include <QStringList>
#include <QUrl>

#include <algorithm>

namespace penstock::ui {

namespace {

bool soundsSecret(const QString& name) {
    const QString lower = name.toLower();
    for (const char* word : {"auth", "key", "token", "secret", "cookie", "password", "credential"})
        if (lower.contains(QLatin1String(word))) return true;
    return false;
}

/// A scheme of HTTP authentication, a key by its beginning, or a long run of letters and digits as no word is.
bool looksSecret(const QString& value) {
    const QString lower = value.toLower();
    for (const char* sign : {"bearer ", "basic ", "digest ", "sk-", "api-key"})
        if (lower.contains(QLatin1String(sign))) return true;
    for (const auto& part : value.split(QRegularExpression(QStringLiteral("[^A-Za-z0-9_+/=-]")), Qt::SkipEmptyParts)) {
        const auto digits = std::count_if(part.begin(), part.end(), [](QChar c) { return c.isDigit(); });
        if (part.size() >= 20 && digits >= 2) return true;
    }
    return false;
}

/// Without a user and a password, which targetOf() refuses and nobody is to find in a settings file.
QString withoutSecrets(const QString& address) {
    QUrl url(address.trimmed());
    if (url.userInfo().isEmpty()) return address;
    url.setUserInfo({});
    return url.toString();
}

constexpr std::pair<HttpMode, const char*> httpWords[] = {
    {HttpMode::Auto, "auto"}, {HttpMode::Http11, "1.1"}, {HttpMode::Http2, "2"}, {HttpMode::H2c, "h2c"}};
constexpr std::pair<TargetForm::KeySource, const char*> keyWords[] = {{TargetForm::KeySource::None, "none"},
                                                                      {TargetForm::KeySource::Keychain, "keychain"},
                                                                      {TargetForm::KeySource::Environment, "environment"}};

template <typename Enum, std::size_t N>
QString wordOf(const std::pair<Enum, const char*> (&words)[N], Enum value) {
    for (const auto& [v, word] : words)
        if (v == value) return QLatin1String(word);
    return {};
}

template <typename Enum, std::size_t N>
Enum valueOf(const std::pair<Enum, const char*> (&words)[N], const QString& text, Enum otherwise) {
    for (const auto& [v, word] : words)
        if (text == QLatin1String(word)) return v;
    return otherwise;
}

} // namespace

TargetForm TargetForm::load() {
    QSettings settings;
    settings.beginGroup(QStringLiteral("target"));
    TargetForm form;
    form.simulated = settings.value(QStringLiteral("simulated"), true).toBool();
    form.baseUrl = settings.value(QStringLiteral("url")).toString().left(2048);
    form.model = settings.value(QStringLiteral("model")).toString().left(512);
    form.headers = settings.value(QStringLiteral("headers")).toString().left(16384);
    form.caFile = settings.value(QStringLiteral("ca-file")).toString().left(4096);
    form.http = valueOf(httpWords, settings.value(QStringLiteral("http")).toString(), HttpMode::Auto);
    form.keySource = valueOf(keyWords, settings.value(QStringLiteral("key-source")).toString(), KeySource::None);
    form.keyVariable = settings.value(QStringLiteral("key-variable"), form.keyVariable).toString().left(256);
    return form;
}

void TargetForm::save() const {
    QSettings settings;
    settings.beginGroup(QStringLiteral("target"));
    settings.setValue(QStringLiteral("simulated"), simulated);
    settings.setValue(QStringLiteral("url"), withoutSecrets(baseUrl));
    settings.setValue(QStringLiteral("model"), model);
    QStringList harmless;
    for (const auto& line : headers.split(QLatin1Char('\n'), Qt::SkipEmptyParts))
        if (!soundsSecret(line.section(QLatin1Char(':'), 0, 0)) && !looksSecret(line.section(QLatin1Char(':'), 1))) harmless << line;
    settings.setValue(QStringLiteral("headers"), harmless.join(QLatin1Char('\n')));
    settings.setValue(QStringLiteral("ca-file"), caFile);
    settings.setValue(QStringLiteral("http"), wordOf(httpWords, http));
    settings.setValue(QStringLiteral("key-source"), wordOf(keyWords, keySource));
    settings.setValue(QStringLiteral("key-variable"), keyVariable);
}

TargetForm formOf(const Target& target, const TargetForm& saved) {
    TargetForm form = saved;
    form.simulated = target.simulated;
    if (target.simulated) return form;
    const auto address = QString::fromStdString(target.baseUrl);
    QString before = saved.baseUrl.trimmed();
    while (before.endsWith(QLatin1Char('/'))) before.chop(1);
    if (before != address) {
        const auto variable = saved.keyVariable.toLocal8Bit();
        form.keySource = target.apiKey.empty()                                                                              ? TargetForm::KeySource::None
                         : qEnvironmentVariableIsSet(variable.constData()) && qgetenv(variable.constData()).trimmed().toStdString() == target.apiKey ? TargetForm::KeySource::Environment
                                                                                                                            : TargetForm::KeySource::Keychain;
    }
    form.baseUrl = address;
    form.model = QString::fromStdString(target.model);
    form.http = target.http;
    form.caFile = QString::fromStdString(target.caFile);
    QStringList lines;
    for (const auto& [name, value] : target.headers) lines << QString::fromStdString(name) + QStringLiteral(": ") + QString::fromStdString(value);
    form.headers = lines.join(QLatin1Char('\n'));
    return form;
}

Result<Target> targetOf(const TargetForm& form, const QString& key) {
    Target target;
    QString address = form.baseUrl.trimmed();
    while (address.endsWith(QLatin1Char('/'))) address.chop(1);
    const QUrl url(address, QUrl::StrictMode);
    if (address.isEmpty()) return Error{"The base URL is missing: for instance http://127.0.0.1:8000/v1"};
    if (!url.isValid() || url.host().isEmpty() || (url.scheme() != QLatin1String("http") && url.scheme() != QLatin1String("https")))
        return Error{"The base URL must look like http://HOST:PORT/v1 or https://HOST/v1"};
    if (!url.userInfo().isEmpty()) return Error{"The base URL must not hold a user or a password: put the key into its own field"};
    target.baseUrl = address.toStdString();
    target.model = form.model.trimmed().toStdString();
    target.http = form.http;
    if (form.http == HttpMode::Http2 && url.scheme() != QLatin1String("https"))
        return Error{"HTTP/2 over TLS needs an https URL; in the clear choose HTTP/2 (h2c)"};
    if (!form.caFile.isEmpty()) {
        if (!QFileInfo(form.caFile).isReadable()) return Error{"The CA file " + form.caFile.toStdString() + " cannot be read"};
        target.caFile = form.caFile.toStdString();
    }
    int number = 0;
    for (const auto& line : form.headers.split(QLatin1Char('\n'))) {
        ++number;
        if (line.trimmed().isEmpty()) continue;
        const auto colon = line.indexOf(QLatin1Char(':'));
        // The text is not repeated: it may hold a secret.
        if (colon <= 0) return Error{"Header line " + std::to_string(number) + " must have the form Name: value"};
        target.headers.emplace_back(line.left(colon).trimmed().toStdString(), line.mid(colon + 1).trimmed().toStdString());
    }
    switch (form.keySource) {
    case TargetForm::KeySource::None: break;
    case TargetForm::KeySource::Keychain: target.apiKey = key.trimmed().toStdString(); break;
    case TargetForm::KeySource::Environment: {
        const auto variable = form.keyVariable.trimmed().toLocal8Bit();
        if (!qEnvironmentVariableIsSet(variable.constData()))
            return Error{"The environment has no variable " + variable.toStdString() + ": start Penstock where it is set, or choose another source for the key"};
        target.apiKey = qgetenv(variable.constData()).trimmed().toStdString();
        break;
    }
    }
    return target;
}

} // namespace penstock::ui
