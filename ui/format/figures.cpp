#include "ui/format/figures.h"

#include <cmath>

namespace penstock::ui {

namespace {

const QString dash = QStringLiteral("\u2013");

QString fixed(double value, int decimals) { return QString::number(value, 'f', decimals); }

} // namespace

QString countText(std::uint64_t n) {
    QString digits = QString::number(n);
    for (auto at = digits.size() - 3; at > 0; at -= 3) digits.insert(at, QLatin1Char(','));
    return digits;
}

QString moneyText(std::optional<double> amount, const std::string& currency) {
    if (!amount || !std::isfinite(*amount)) return dash;
    // Three significant digits of a cost that may be far below a cent.
    const int decimals = *amount == 0 ? 2 : std::clamp(2 - static_cast<int>(std::floor(std::log10(std::abs(*amount)))), 2, 9);
    const QString figure = fixed(*amount, decimals);
    return currency == "USD" ? QLatin1Char('$') + figure : figure + QLatin1Char(' ') + QString::fromStdString(currency);
}

QString durationText(std::optional<double> seconds) {
    if (!seconds || !std::isfinite(*seconds)) return dash;
    const double s = *seconds;
    if (s < 0.0005) return s == 0 ? QStringLiteral("0 ms") : fixed(s * 1e3, 3) + QStringLiteral(" ms");
    if (s < 1) return fixed(s * 1000, s < 0.01 ? 1 : 0) + QStringLiteral(" ms");
    if (s < 60) return fixed(s, 2) + QStringLiteral(" s");
    const auto whole = static_cast<long long>(std::llround(s));
    if (whole < 3600) return QStringLiteral("%1 min %2 s").arg(whole / 60).arg(whole % 60, 2, 10, QLatin1Char('0'));
    return QStringLiteral("%1 h %2 min").arg(whole / 3600).arg(whole % 3600 / 60, 2, 10, QLatin1Char('0'));
}

QString percentText(std::optional<double> fraction, int decimals) {
    if (!fraction || !std::isfinite(*fraction)) return dash;
    return fixed(*fraction * 100, decimals) + QStringLiteral(" %");
}

QString numberText(std::optional<double> value, int significantDigits) {
    if (!value || !std::isfinite(*value)) return dash;
    if (std::abs(*value) >= 1000) {
        const auto whole = static_cast<std::uint64_t>(std::llround(std::abs(*value)));
        return (*value < 0 ? QStringLiteral("-") : QString()) + countText(whole);
    }
    return QString::number(*value, 'g', significantDigits);
}

QString clockText(double seconds) {
    const auto whole = static_cast<long long>(std::floor(std::max(0.0, seconds)));
    const QLatin1Char zero('0');
    if (whole < 3600) return QStringLiteral("%1:%2").arg(whole / 60, 2, 10, zero).arg(whole % 60, 2, 10, zero);
    return QStringLiteral("%1:%2:%3").arg(whole / 3600).arg(whole % 3600 / 60, 2, 10, zero).arg(whole % 60, 2, 10, zero);
}

QString bytesText(std::uint64_t bytes) {
    const double value = static_cast<double>(bytes);
    if (bytes < 1024) return QStringLiteral("%1 bytes").arg(bytes);
    if (bytes < (1u << 20)) return fixed(value / 1024, 1) + QStringLiteral(" KiB");
    if (bytes < (1u << 30)) return fixed(value / (1 << 20), 1) + QStringLiteral(" MiB");
    return fixed(value / (1 << 30), 1) + QStringLiteral(" GiB");
}

} // namespace penstock::ui
