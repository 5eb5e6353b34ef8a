#include "ui/tables/log_sink.h"

namespace penstock::ui {

namespace {

LogLevel levelOf(spdlog::level::level_enum level) {
    switch (level) {
    case spdlog::level::trace:
    case spdlog::level::debug:
        return LogLevel::Debug;
    case spdlog::level::warn:
        return LogLevel::Warning;
    case spdlog::level::err:
    case spdlog::level::critical:
        return LogLevel::Error;
    default:
        return LogLevel::Info;
    }
}

} // namespace

void LogSink::log(const spdlog::details::log_msg& message) {
    const auto text = [](const spdlog::string_view_t& view, std::size_t most) {
        return std::string(view.data(), std::min<std::size_t>(view.size(), most));
    };
    intake_->add({std::chrono::time_point_cast<std::chrono::system_clock::duration>(message.time),
                  levelOf(message.level), text(message.logger_name, 256),
                  text(message.payload, 2 * LogIntake::maxMessageBytes)});
}

} // namespace penstock::ui
