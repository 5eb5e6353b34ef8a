#pragma once

#include "engine/base/time.h"

#include <optional>
#include <string>

namespace penstock::ui {

/// When a change of a knob goes to the engine, and which changes are one gesture: a drag, or keys pressed in a row. Time is
/// told, never asked.
class ApplyPacer {
public:
    /// A change that more of its kind may follow is applied once nothing more came for so long ...
    static constexpr Nanos rest = std::chrono::milliseconds{150};
    /// ... and no sooner than so long after the one before: at most ten a second.
    static constexpr Nanos least = std::chrono::milliseconds{100};
    /// Key presses further apart than this are gestures of their own.
    static constexpr Nanos pause = std::chrono::seconds{1};

    /// A mouse button went down on the slider of `knob`: until release() its changes are one gesture.
    void press(const std::string& knob);
    /// It went up: what waits is due, at the earliest that `least` allows.
    void release(Instant now);

    /// `knob` changed, and may change on.
    void touch(const std::string& knob, Instant now);
    /// `knob` was set for good (Enter, a choice): due at once, and a gesture of its own.
    void set(const std::string& knob, Instant now);
    /// The next change is another gesture, whatever it is (undo, a profile, a set from outside). Nothing waits any more.
    void cut();

    /// When the waiting change is due; nullopt when none waits.
    std::optional<Instant> due() const { return due_; }
    /// Takes the waiting change when it is due.
    bool take(Instant now);

    /// Of the last touched knob. Changes of one gesture are one step of undo.
    int gesture() const { return gesture_; }

private:
    void follow(const std::string& knob, Instant now);

    std::string knob_;
    bool pressed_ = false;
    bool fresh_ = true; ///< the next change starts a gesture
    std::optional<Instant> lastTouch_, lastTaken_, due_;
    int gesture_ = 0;
};

} // namespace penstock::ui
