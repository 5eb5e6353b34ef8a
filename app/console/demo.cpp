#include "app/console/demo.h"

#include <spdlog/spdlog.h>

namespace penstock::console {

namespace {

Demo::Run runOf(ui::RunSession& session) {
    Demo::Run run;
    run.knobs = [&session] { return session.knobs(); };
    run.apply = [&session](const Knobs& knobs) { return session.apply(knobs); };
    run.start = [&session] { return session.start(); };
    run.pin = [&session] { return session.pin(); };
    run.elapsed = [&session]() -> std::optional<double> {
        const auto snapshot = session.snapshot();
        if (!session.live() || !snapshot) return std::nullopt;
        return snapshot->elapsedSeconds;
    };
    return run;
}

} // namespace

Demo::Demo(ui::RunSession& session, QObject* parent)
    : Demo(runOf(session), parent) {
    connect(&session, &ui::RunSession::snapshotChanged, this, &Demo::follow);
}

Demo::Demo(Run run, QObject* parent)
    : QObject(parent)
    , run_(std::move(run)) {}

Status Demo::start() {
    wanted_ = run_.knobs();
    Knobs first = wanted_;
    first.maxConcurrency = firstCap;
    if (auto applied = run_.apply(first); !applied) return applied;
    stage_ = Stage::First;
    spdlog::info("demo: begins with a cap of {} and turns it to {} after {} s", firstCap, wanted_.maxConcurrency,
                 turnAt);
    return run_.start();
}

void Demo::follow() {
    if (stage_ != Stage::First) return; // without --demo nobody but the person turns a knob
    const auto elapsed = run_.elapsed();
    if (!elapsed || *elapsed < turnAt) return;
    stage_ = Stage::Turned;
    if (const auto pinned = run_.pin(); !pinned) spdlog::warn("demo: {}", pinned.error().message);
    if (const auto applied = run_.apply(wanted_); !applied) spdlog::warn("demo: {}", applied.error().message);
}

} // namespace penstock::console
