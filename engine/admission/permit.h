#pragma once

#include <utility>

namespace penstock {

class Semaphore;

/// The right to have one attempt in flight. Move-only; gives its slot back exactly once: in its destructor, in release(), or
/// when another permit is moved into it. Must not outlive its Semaphore. Belongs to the engine thread.
class [[nodiscard]] Permit {
public:
    Permit() = default;
    Permit(Permit&& other) noexcept
        : semaphore_(std::exchange(other.semaphore_, nullptr)) {}
    Permit& operator=(Permit&& other) noexcept;
    Permit(const Permit&) = delete;
    Permit& operator=(const Permit&) = delete;
    ~Permit() { release(); }

    /// Whether it still holds a slot.
    explicit operator bool() const { return semaphore_ != nullptr; }
    /// Gives the slot back now; nothing when it holds none.
    void release();

private:
    friend class Semaphore;
    explicit Permit(Semaphore& semaphore)
        : semaphore_(&semaphore) {}

    Semaphore* semaphore_ = nullptr;
};

} // namespace penstock
