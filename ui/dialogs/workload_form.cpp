#include "ui/dialogs/workload_form.h"

#include "ui/dialogs/synthetic_workload.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QObject>
#include <QSaveFile>
#include <QSettings>

namespace penstock::ui {

namespace {

/// `bytes` as the file `name` in `folder`; left alone when it holds them already.
Result<QString> kept(const QString& folder, const QString& name, const QByteArray& bytes) {
    const QDir place(folder);
    place.mkpath(QStringLiteral("."));
    const QString path = place.absoluteFilePath(name);
    QFile present(path);
    if (present.size() == bytes.size() && present.open(QIODevice::ReadOnly) && present.readAll() == bytes) return path;
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return Error{QObject::tr("cannot write %1: %2").arg(path, file.errorString()).toStdString()};
    return path;
}

/// All words of a synthetic workload: some 35 MB, made in a part of a second.
constexpr std::int64_t mostSyntheticWords = 5'000'000;

/// Keeps the newest few of those made before: each is made again when it is wanted.
void forgetOlder(const QString& folder) {
    const auto made = QDir(folder).entryInfoList({QStringLiteral("synthetic-*.jsonl")}, QDir::Files, QDir::Time);
    for (qsizetype at = 3; at < made.size(); ++at) QFile::remove(made[at].absoluteFilePath());
}

} // namespace

WorkloadForm WorkloadForm::load() {
    QSettings settings;
    settings.beginGroup(QStringLiteral("workload"));
    WorkloadForm form;
    const auto source = settings.value(QStringLiteral("source")).toString();
    if (source == QLatin1String("file")) form.source = Source::File;
    else if (source == QLatin1String("synthetic")) form.source = Source::Synthetic;
    form.path = settings.value(QStringLiteral("path")).toString().left(4096);
    if (const auto format = workloadFormatFromString(settings.value(QStringLiteral("format")).toString().toStdString())) form.format = *format;
    const auto number = [&](const char* key, int otherwise, int least, int most) {
        return std::clamp(settings.value(QLatin1String(key), otherwise).toInt(), least, most);
    };
    form.limit = number("limit", 0, 0, 2'147'483'647);
    form.maxTokens = number("max-tokens", 0, 0, 1'000'000);
    form.loop = settings.value(QStringLiteral("loop"), true).toBool();
    form.skipBadLines = settings.value(QStringLiteral("skip-bad-lines"), false).toBool();
    form.syntheticRequests = number("synthetic-requests", form.syntheticRequests, 1, 1'000'000);
    form.syntheticWords = number("synthetic-words", form.syntheticWords, 1, 100'000);
    form.syntheticTokens = number("synthetic-tokens", form.syntheticTokens, 1, 1'000'000);
    if (form.source == Source::File && !QFileInfo::exists(form.path)) form.source = Source::Sample;
    return form;
}

void WorkloadForm::save() const {
    QSettings settings;
    settings.beginGroup(QStringLiteral("workload"));
    settings.setValue(QStringLiteral("source"), source == Source::File ? QStringLiteral("file") : source == Source::Synthetic ? QStringLiteral("synthetic") : QStringLiteral("sample"));
    settings.setValue(QStringLiteral("path"), path);
    settings.setValue(QStringLiteral("format"), QString::fromStdString(std::string(toString(format))));
    settings.setValue(QStringLiteral("limit"), limit);
    settings.setValue(QStringLiteral("max-tokens"), maxTokens);
    settings.setValue(QStringLiteral("loop"), loop);
    settings.setValue(QStringLiteral("skip-bad-lines"), skipBadLines);
    settings.setValue(QStringLiteral("synthetic-requests"), syntheticRequests);
    settings.setValue(QStringLiteral("synthetic-words"), syntheticWords);
    settings.setValue(QStringLiteral("synthetic-tokens"), syntheticTokens);
}

QString WorkloadForm::name() const {
    switch (source) {
    case Source::Sample: return QObject::tr("sample prompts");
    case Source::File: return QFileInfo(path).fileName();
    case Source::Synthetic: return QObject::tr("synthetic, %1 words").arg(syntheticWords);
    }
    return {};
}

WorkloadForm formOf(const WorkloadOptions& options, const WorkloadForm& saved, const QString& folder) {
    WorkloadForm form = saved;
    const QString path = QString::fromStdString(options.path);
    if (path.isEmpty()) return form;
    if (QFileInfo(path).absolutePath() != QDir(folder).absolutePath()) {
        form.source = WorkloadForm::Source::File;
        form.path = path;
        form.format = options.format;
    } else if (form.source == WorkloadForm::Source::File) {
        form.source = WorkloadForm::Source::Sample;
    }
    constexpr std::uint64_t most = 2'147'483'647;
    form.limit = static_cast<int>(std::min(options.limit.value_or(0), most));
    form.maxTokens = options.maxTokens.value_or(0);
    form.loop = options.repeat == 0;
    form.skipBadLines = options.skipBadLines;
    return form;
}

Result<WorkloadOptions> workloadOf(const WorkloadForm& form, const QString& folder) {
    WorkloadOptions options;
    options.format = form.format;
    if (form.limit > 0) options.limit = static_cast<std::uint64_t>(form.limit);
    if (form.maxTokens > 0) options.maxTokens = form.maxTokens;
    options.repeat = form.loop ? 0 : 1;
    options.skipBadLines = form.skipBadLines;
    Result<QString> path = form.path;
    if (form.source == WorkloadForm::Source::Sample) {
        QFile sample(QStringLiteral(":/workloads/sample_prompts.jsonl"));
        if (!sample.open(QIODevice::ReadOnly)) return Error{"the sample workload is missing from this program"};
        path = kept(folder, QStringLiteral("sample_prompts.jsonl"), sample.readAll());
        options.format = WorkloadFormat::Auto;
    } else if (form.source == WorkloadForm::Source::Synthetic) {
        const SyntheticWorkload synthetic{form.syntheticRequests, form.syntheticWords, form.syntheticTokens, 1};
        if (static_cast<std::int64_t>(synthetic.requests) * synthetic.words > mostSyntheticWords)
            return Error{QObject::tr("synthetic prompts may have %L1 words in all: choose fewer requests or fewer words").arg(mostSyntheticWords).toStdString()};
        // The name says all that the contents depend on, and a file is put in its place whole: one that is there is right.
        const QString name = QStringLiteral("synthetic-%1x%2x%3.jsonl").arg(form.syntheticRequests).arg(form.syntheticWords).arg(form.syntheticTokens);
        if (QFileInfo::exists(QDir(folder).absoluteFilePath(name))) path = QDir(folder).absoluteFilePath(name);
        else {
            forgetOlder(folder);
            path = kept(folder, name, syntheticPrompts(synthetic));
        }
        options.format = WorkloadFormat::Prompts;
    } else if (form.path.isEmpty()) {
        return Error{"choose a file of requests first"};
    }
    if (!path) return path.error();
    options.path = path->toStdString();
    return options;
}

} // namespace penstock::ui
