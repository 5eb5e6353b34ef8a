#include "engine/admission/semaphore.h"

namespace penstock {

Permit& Permit::operator=(Permit&& other) noexcept {
    if (this != &other) {
        release();
        semaphore_ = std::exchange(other.semaphore_, nullptr);
    }
    return *this;
}

void Permit::release() {
    if (auto* semaphore = std::exchange(semaphore_, nullptr)) semaphore->giveBack();
}

std::optional<Permit> Semaphore::tryAcquire() {
    if (inFlight_ >= cap_) return std::nullopt;
    ++inFlight_;
    return Permit(*this);
}

void Semaphore::giveBack() {
    --inFlight_;
    if (inFlight_ < cap_ && onFree_) onFree_();
}

void Semaphore::setCap(int cap) {
    cap_ = cap;
    if (inFlight_ < cap_ && onFree_) onFree_();
}

} // namespace penstock
