#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>

namespace penstock::ui {

/// How long the window takes for a frame: handling a snapshot, and the repaint that follows. The last 600 frames. GUI thread.
class FrameMeter {
public:
    using Duration = std::chrono::nanoseconds;

    void refreshed(Duration took) { pending_ += took; }
    /// A repaint closes the frame.
    void painted(Duration took);
    /// 95 of 100 frames took no longer; nullopt before the first.
    std::optional<Duration> p95() const;
    std::size_t frames() const { return total_; }

private:
    std::array<Duration, 600> ring_{};
    std::size_t total_ = 0;
    Duration pending_{0};
};

} // namespace penstock::ui
