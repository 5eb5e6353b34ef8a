#include "app/cli/format.h"

#include <cmath>
#include <cstdio>

namespace penstock::cli {

namespace {

constexpr const char* dash = "-";

template <typename... Values>
std::string printed(const char* format, Values... values) {
    char text[64];
    std::snprintf(text, sizeof text, format, values...);
    return text;
}

} // namespace

std::string count(std::uint64_t n) {
    std::string digits = std::to_string(n);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) digits.insert(static_cast<std::size_t>(at), 1, ',');
    return digits;
}

std::string money(std::optional<double> amount, const std::string& currency) {
    if (!amount || !std::isfinite(*amount)) return dash;
    // Three significant digits of a cost that may be far below a cent.
    const int decimals = *amount == 0 ? 2 : std::clamp(2 - static_cast<int>(std::floor(std::log10(std::abs(*amount)))), 2, 9);
    const auto figure = printed("%.*f", decimals, *amount);
    return currency == "USD" ? "$" + figure : figure + ' ' + currency;
}

std::string duration(std::optional<double> seconds) {
    if (!seconds) return dash;
    if (*seconds < 1) return printed("%.0f ms", *seconds * 1000);
    if (*seconds < 60) return printed("%.2f s", *seconds);
    const auto whole = static_cast<long long>(std::llround(*seconds));
    if (whole < 3600) return printed("%lld min %02lld s", whole / 60, whole % 60);
    return printed("%lld h %02lld min", whole / 3600, whole % 3600 / 60);
}

std::string percent(std::optional<double> fraction) { return fraction ? printed("%.2f %%", *fraction * 100) : dash; }

std::string number(std::optional<double> value, int significantDigits) {
    if (!value || !std::isfinite(*value)) return dash;
    if (std::abs(*value) >= 1000) return (*value < 0 ? "-" : "") + count(static_cast<std::uint64_t>(std::llround(std::abs(*value))));
    return printed("%.*g", significantDigits, *value);
}

} // namespace penstock::cli
