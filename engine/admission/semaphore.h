#pragma once

#include "engine/admission/permit.h"

#include <functional>
#include <optional>

namespace penstock {

/// The gate that enforces the cap of one target. It decides nothing: what the cap should be is somebody else's business.
/// Raising the cap admits at once; lowering it revokes nothing, the permits above it drain. Belongs to the engine thread.
class Semaphore {
public:
    /// `cap` >= 1.
    explicit Semaphore(int cap)
        : cap_(cap) {}
    Semaphore(const Semaphore&) = delete;
    Semaphore& operator=(const Semaphore&) = delete;

    /// A permit when in_flight < cap; nullopt otherwise.
    std::optional<Permit> tryAcquire();
    /// `cap` >= 1. May call onFree.
    void setCap(int cap);
    int cap() const { return cap_; }
    /// Permits out. Above the cap only while a lowered cap drains.
    int inFlight() const { return inFlight_; }

    /// Called whenever a permit could be had that could not before: from inside Permit's release or setCap(), in the same turn.
    void setOnFree(std::function<void()> onFree) { onFree_ = std::move(onFree); }

private:
    friend class Permit;
    void giveBack();

    int cap_;
    int inFlight_ = 0;
    std::function<void()> onFree_;
};

} // namespace penstock
