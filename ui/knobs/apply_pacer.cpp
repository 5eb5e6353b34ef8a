#include "ui/knobs/apply_pacer.h"

#include <algorithm>

namespace penstock::ui {

void ApplyPacer::press(const std::string& knob) {
    pressed_ = true;
    knob_ = knob;
    fresh_ = true;
}

void ApplyPacer::release(Instant now) {
    pressed_ = false;
    fresh_ = true;
    if (due_) due_ = lastTaken_ ? std::max(now, *lastTaken_ + least) : now;
}

void ApplyPacer::follow(const std::string& knob, Instant now) {
    const bool paused = !pressed_ && lastTouch_ && now - *lastTouch_ > pause;
    if (fresh_ || knob != knob_ || paused) ++gesture_;
    fresh_ = false;
    knob_ = knob;
    lastTouch_ = now;
}

void ApplyPacer::touch(const std::string& knob, Instant now) {
    follow(knob, now);
    due_ = lastTaken_ ? std::max(now + rest, *lastTaken_ + least) : now + rest;
}

void ApplyPacer::set(const std::string& knob, Instant now) {
    fresh_ = true;
    follow(knob, now);
    fresh_ = true;
    due_ = now;
}

void ApplyPacer::cut() {
    fresh_ = true;
    due_.reset();
}

bool ApplyPacer::take(Instant now) {
    if (!due_ || *due_ > now) return false;
    due_.reset();
    lastTaken_ = now;
    return true;
}

} // namespace penstock::ui
