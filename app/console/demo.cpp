#include "app/console/demo.h"

#include <spdlog/spdlog.h>

namespace penstock::console {

Demo::Demo(ui::RunSession& session, QObject* parent)
    : QObject(parent)
    , session_(session) {}

Status Demo::start() {
    // Only from here on: without --demo nobody but the person turns a knob.
    connect(&session_, &ui::RunSession::snapshotChanged, this, &Demo::follow);
    wanted_ = session_.knobs();
    Knobs first = wanted_;
    first.maxConcurrency = firstCap;
    if (auto applied = session_.apply(first); !applied) return applied;
    spdlog::info("demo: begins with a cap of {} and turns it to {} after {} s", firstCap, wanted_.maxConcurrency, turnAt);
    return session_.start();
}

void Demo::follow() {
    const auto snapshot = session_.snapshot();
    if (turned_ || !session_.live() || !snapshot || snapshot->elapsedSeconds < turnAt) return;
    turned_ = true;
    if (const auto pinned = session_.pin(); !pinned) spdlog::warn("demo: {}", pinned.error().message);
    if (const auto applied = session_.apply(wanted_); !applied) spdlog::warn("demo: {}", applied.error().message);
}

} // namespace penstock::console
