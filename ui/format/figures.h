#pragma once

#include <QString>

#include <cstdint>
#include <optional>
#include <string>

namespace penstock::ui {

// Figures as people read them, the same in every card, chart, table and export of the console. A figure without a value is a
// dash, never 0.

QString countText(std::uint64_t n);                                               ///< 12,345
QString moneyText(std::optional<double> amount, const std::string& currency);     ///< $0.00142, 0.00142 EUR: three significant digits
QString durationText(std::optional<double> seconds);                              ///< 412 ms, 3.21 s, 4 min 05 s, 2 h 03 min
QString percentText(std::optional<double> fraction, int decimals = 1);            ///< 99.8 %
QString numberText(std::optional<double> value, int significantDigits = 4);       ///< 1,794; 0.006
QString clockText(double seconds);                                                ///< 05:14, 1:05:14
QString bytesText(std::uint64_t bytes);                                           ///< 1.4 MiB

} // namespace penstock::ui
