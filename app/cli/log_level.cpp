#include "app/cli/log_level.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace penstock::cli {

Status setLogLevel(const std::string& word) {
    const auto level = word == "warn" ? spdlog::level::warn : spdlog::level::from_str(word);
    // spdlog answers `off` to a word that it does not know.
    if (level == spdlog::level::off && word != "off") return Error{"--log-level must be one of trace, debug, info, warning, error, off"};
    spdlog::set_default_logger(spdlog::stderr_color_mt("penstock"));
    spdlog::set_pattern("%Y-%m-%d %H:%M:%S.%e %^%l%$ %v");
    spdlog::set_level(level);
    return okStatus();
}

} // namespace penstock::cli
