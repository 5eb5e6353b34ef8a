#include "engine/run/turn_meter.h"

#include <QAbstractEventDispatcher>

#include <glib.h>

namespace penstock {

namespace {

// GLib's function for waiting takes no data of ours.
thread_local TurnMeter* meter = nullptr;

gint waitMeasured(GPollFD* descriptors, guint count, gint timeout) {
    if (meter != nullptr) meter->asleep();
    const gint ready = g_poll(descriptors, count, timeout);
    if (meter != nullptr) meter->awake();
    return ready;
}

GMainContext* contextOfThisThread() {
    const auto* dispatcher = QAbstractEventDispatcher::instance();
    if (dispatcher == nullptr || !dispatcher->inherits("QEventDispatcherGlib")) return nullptr;
    // A thread that Qt started has a context of its own; the main thread has the default one.
    if (auto* own = g_main_context_get_thread_default()) return own;
    return g_main_context_default();
}

} // namespace

TurnMeter::TurnMeter(const Clock& clock, std::function<void(Nanos)> onTurn)
    : clock_(clock)
    , onTurn_(std::move(onTurn)) {
    auto* context = contextOfThisThread();
    if (context == nullptr || meter != nullptr) return;
    meter = this;
    g_main_context_set_poll_func(context, &waitMeasured);
    measures_ = true;
}

TurnMeter::~TurnMeter() {
    if (measures_) meter = nullptr; // the function stays, and only waits
}

void TurnMeter::asleep() {
    if (start_) onTurn_(clock_.now() - *start_);
    start_.reset();
}

void TurnMeter::awake() { start_ = clock_.now(); }

} // namespace penstock
