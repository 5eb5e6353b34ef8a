#pragma once

#include <chrono>
#include <string>

namespace penstock::ui {

enum class LogLevel { Debug, Info, Warning, Error };

/// A line of the log.
struct LogEntry {
    std::chrono::system_clock::time_point time;
    LogLevel level = LogLevel::Info;
    std::string topic;
    std::string message; ///< UTF-8
};

} // namespace penstock::ui
