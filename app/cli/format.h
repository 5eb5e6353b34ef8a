#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace penstock::cli {

/// Figures as people read them. A figure without a value is a dash, never 0.
std::string count(std::uint64_t n);                                         ///< 12,345
std::string money(std::optional<double> amount, const std::string& currency); ///< $0.00142, 0.00142 EUR
std::string duration(std::optional<double> seconds);                        ///< 412 ms, 3.21 s, 4 min 05 s, 2 h 03 min
std::string percent(std::optional<double> fraction);                        ///< 99.8 %
std::string number(std::optional<double> value, int significantDigits = 4);

} // namespace penstock::cli
