#include "ui/knobs/knob_text.h"

#include "engine/base/knobs_json.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <array>
#include <charconv>
#include <cmath>

namespace penstock::ui {

namespace {

QString words(std::string_view text) {
    return QCoreApplication::translate("penstock::knobs", std::string(text).c_str());
}

QString said(const char* text) { return QCoreApplication::translate("penstock::knobs", text); }

/// The shortest digits that read back as the same number.
QString exact(double value) {
    std::array<char, 64> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
    return end.ec == std::errc{} ? QString::fromLatin1(buffer.data(), end.ptr - buffer.data()) : QString::number(value, 'g', 17);
}

bool whole(double value) { return value == std::floor(value); }

QString timeText(double seconds) {
    const auto inUnit = [&](double unit) { return seconds >= unit && whole(seconds / unit); };
    if (inUnit(3600)) return exact(seconds / 3600) + QStringLiteral(" h");
    if (seconds >= 120 && inUnit(60)) return exact(seconds / 60) + QStringLiteral(" min");
    if (seconds >= 1 || seconds == 0) return exact(seconds) + QStringLiteral(" s");
    // Nanoseconds are the finest there is: what the multiplication adds below them goes.
    return exact(std::round(seconds * 1e9) / 1e6) + QStringLiteral(" ms");
}

QString sizeText(double bytes) {
    static constexpr std::pair<double, const char*> units[] = {{1024.0 * 1024 * 1024, " GiB"}, {1024.0 * 1024, " MiB"}, {1024.0, " KiB"}};
    for (const auto& [unit, name] : units)
        if (bytes >= unit && whole(bytes / unit)) return exact(bytes / unit) + QLatin1String(name);
    return exact(bytes) + QStringLiteral(" B");
}

QString per(const KnobInfo& knob) { return knob.unit == "per hour" ? QStringLiteral("/h") : QStringLiteral("/M"); }

QString priceText(const KnobInfo& knob, double amount, const std::string& currency) {
    QString figure = exact(amount);
    const auto point = figure.indexOf(QLatin1Char('.'));
    if (point < 0) figure += QStringLiteral(".00");
    else if (figure.size() - point == 2) figure += QLatin1Char('0');
    if (currency == "USD") return QLatin1Char('$') + figure + per(knob);
    return figure + QLatin1Char(' ') + QString::fromStdString(currency) + per(knob);
}

std::optional<double> number(const QString& text) {
    const std::string bytes = text.toStdString();
    double value = 0;
    const auto [end, code] = std::from_chars(bytes.data(), bytes.data() + bytes.size(), value);
    if (code != std::errc{} || end != bytes.data() + bytes.size() || !std::isfinite(value)) return std::nullopt;
    return value;
}

Result<nlohmann::ordered_json> readWhole(const KnobInfo& knob, QString text, double scale) {
    text.remove(QLatin1Char(','));
    const auto value = number(text);
    if (!value || !whole(*value * scale)) return Error{"must be a whole number"};
    const double amount = *value * scale;
    if (amount < knob.least || amount > knob.most)
        return Error{knob.most >= 1e15 ? "must be " + exact(knob.least).toStdString() + " or more"
                                       : "must be between " + exact(knob.least).toStdString() + " and " + exact(knob.most).toStdString()};
    return knobValue(knob, amount);
}

} // namespace

double knobNumber(const nlohmann::ordered_json& value) { return value.is_number() ? value.get<double>() : 0; }

nlohmann::ordered_json knobValue(const KnobInfo& knob, double amount) {
    if (knob.kind == KnobKind::Count || knob.kind == KnobKind::Bytes) return static_cast<std::uint64_t>(std::llround(std::max(0.0, amount)));
    return amount;
}

QString knobText(const KnobInfo& knob, const nlohmann::ordered_json& value, const std::string& currency) {
    switch (knob.kind) {
    case KnobKind::Count: return !knob.zeroMeans.empty() && knobNumber(value) == 0 ? said("auto") : exact(knobNumber(value));
    case KnobKind::Bytes: return sizeText(knobNumber(value));
    case KnobKind::Duration: return timeText(knobNumber(value));
    case KnobKind::Money: return priceText(knob, knobNumber(value), currency);
    case KnobKind::Switch: return value == true ? said("on") : said("off");
    case KnobKind::Choice: return knobChoice(value.get<std::string>());
    case KnobKind::Text: return QString::fromStdString(value.get<std::string>());
    }
    return {};
}

Result<nlohmann::ordered_json> readKnob(const KnobInfo& knob, const QString& typed, const std::string& currency) {
    QString text = typed.trimmed();
    if (knob.kind == KnobKind::Text) return nlohmann::ordered_json(text.toStdString());
    text.remove(QLatin1Char(' ')).remove(QChar(0xa0));
    if (text.isEmpty()) return Error{"needs a value"};
    switch (knob.kind) {
    case KnobKind::Count:
        if (!knob.zeroMeans.empty() && text.compare(said("auto"), Qt::CaseInsensitive) == 0) return knobValue(knob, 0);
        return readWhole(knob, text, 1);
    case KnobKind::Bytes: {
        static constexpr std::pair<const char*, double> units[] = {
            {"GiB", 1073741824.0}, {"G", 1073741824.0}, {"MiB", 1048576.0}, {"M", 1048576.0}, {"KiB", 1024.0}, {"K", 1024.0}, {"B", 1.0}};
        for (const auto& [name, scale] : units)
            if (text.endsWith(QLatin1String(name), Qt::CaseInsensitive)) return readWhole(knob, text.chopped(qsizetype(qstrlen(name))), scale);
        return readWhole(knob, text, 1);
    }
    case KnobKind::Duration: {
        if (text.endsWith(QLatin1String("min"))) text.chop(2);
        const auto time = parseDuration(text.toStdString());
        if (!time) return time.error();
        return nlohmann::ordered_json(toSeconds(*time));
    }
    case KnobKind::Money: {
        if (text.endsWith(per(knob), Qt::CaseInsensitive)) text.chop(2);
        const QString code = QString::fromStdString(currency);
        if (!code.isEmpty() && text.endsWith(code, Qt::CaseInsensitive)) text.chop(code.size());
        if (currency == "USD" && text.startsWith(QLatin1Char('$'))) text.remove(0, 1);
        const auto amount = number(text.remove(QLatin1Char(',')));
        if (!amount) return Error{"must be an amount such as 2.50"};
        if (*amount < knob.least || *amount > knob.most) return Error{"must be 0 or more"};
        return nlohmann::ordered_json(*amount);
    }
    case KnobKind::Switch:
    case KnobKind::Choice:
    case KnobKind::Text: break;
    }
    return nlohmann::ordered_json(text.toStdString());
}

QString knobLabel(const KnobInfo& knob) { return words(knob.label); }
QString knobGroup(KnobGroup group) { return words(toString(group)); }

QString knobChoice(std::string_view choice) {
    QString text = words(choice);
    if (!text.isEmpty()) text[0] = text[0].toUpper();
    return text;
}

QString knobReason(const std::string& reason) {
    QString text = QString::fromStdString(reason);
    for (const auto& knob : knobCatalog()) {
        const QString word = words(knob.word);
        const QRegularExpression whole(QStringLiteral("(?<![\\w-])%1(?![\\w-])").arg(QRegularExpression::escape(word)));
        text.replace(whole, QStringLiteral("\u201c%1\u201d").arg(knobLabel(knob)));
    }
    return text;
}

QString knobTip(const KnobInfo& knob, const std::string& currency) {
    const auto defaults = toJson(Knobs{});
    const auto show = [&](double value) { return knobText(knob, knobValue(knob, value), currency); };
    QString definition = words(knob.definition);
    definition[0] = definition[0].toUpper();
    QString tip = QStringLiteral("<p><b>%1</b></p><p>%2.</p>").arg(knobLabel(knob).toHtmlEscaped(), definition.toHtmlEscaped());
    const QString usual = knobText(knob, defaults.at(std::string(knob.word)), currency);
    tip += QStringLiteral("<p>%1<br>").arg(said("Default: %1").arg(usual.isEmpty() ? said("nothing") : usual).toHtmlEscaped());
    if (knob.kind == KnobKind::Duration) tip += said("Range: above 0, to 30 days").toHtmlEscaped() + QStringLiteral("<br>");
    else if (knob.most >= 1e12) tip += said("Range: %1 or more").arg(show(knob.least)).toHtmlEscaped() + QStringLiteral("<br>");
    else if (knob.most > 0) tip += said("Range: %1 to %2").arg(show(knob.least), show(knob.most)).toHtmlEscaped() + QStringLiteral("<br>");
    return tip + said("Flag: %1").arg(QStringLiteral("<code>--%1</code>").arg(words(knob.word))) + QStringLiteral("</p>");
}

} // namespace penstock::ui
