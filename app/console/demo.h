#pragma once

#include "ui/session/run_session.h"

#include <QObject>

#include <functional>
#include <optional>

namespace penstock::console {

/// `--demo`: a run that begins with a cap of 4, is pinned as the baseline after eight seconds, and goes on with the cap
/// of the profile: what a person would do first. By the time of the run, so that a slow machine shows the same. Until
/// start() it touches nothing.
class Demo final : public QObject {
    Q_OBJECT

public:
    static constexpr int firstCap = 4;
    static constexpr double turnAt = 8; ///< seconds of run time

    /// What it does to a run.
    struct Run {
        std::function<Knobs()> knobs;
        std::function<Status(const Knobs&)> apply;
        std::function<Status()> start, pin;
        std::function<std::optional<double>()> elapsed; ///< seconds of run time; nullopt: no run goes on
    };

    explicit Demo(ui::RunSession& session, QObject* parent = nullptr);
    explicit Demo(Run run, QObject* parent = nullptr);

    /// Starts the run; an Error is one sentence.
    Status start();
    /// With each snapshot.
    void follow();

private:
    enum class Stage { Idle, First, Turned };

    const Run run_;
    Knobs wanted_;
    Stage stage_ = Stage::Idle;
};

} // namespace penstock::console
