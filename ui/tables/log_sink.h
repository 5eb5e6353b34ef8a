#pragma once

#include "ui/tables/log_intake.h"

#include <spdlog/sinks/sink.h>

#include <memory>

namespace penstock::ui {

/// Lets a spdlog logger write into the log view: any thread; never blocks on the window. The view shows the text as it
/// was logged, without a pattern: it has columns for the rest.
class LogSink final : public spdlog::sinks::sink {
public:
    explicit LogSink(std::shared_ptr<LogIntake> intake)
        : intake_(std::move(intake)) {}

    void log(const spdlog::details::log_msg& message) override;
    void flush() override {}
    void set_pattern(const std::string&) override {}
    void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

private:
    const std::shared_ptr<LogIntake> intake_;
};

} // namespace penstock::ui
