#pragma once

#include "engine/base/clock.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

namespace penstock::simulator {

/// The round trips that opening a connection costs over a real distance. On loopback a connection opens at once; the
/// delay is charged to the requests that come on it before it would have been open, so a connection warmed in time
/// costs nothing. One thread.
class ConnectDelay {
public:
    /// The clock must outlive this.
    ConnectDelay(const Clock& clock, Nanos delay);

    /// The connection was accepted just now.
    void opened(std::uint64_t connection);
    /// Runs `function` at once, or when the connection's delay has passed; in order for one connection.
    void pass(std::uint64_t connection, std::function<void()> function);

private:
    void onAlarm();

    struct Opening {
        std::uint64_t connection;
        Instant ready;
    };

    const Clock& clock_;
    const Nanos delay_;
    std::deque<Opening> openings_;                                               ///< oldest first
    std::unordered_map<std::uint64_t, std::vector<std::function<void()>>> held_; ///< one entry for each of openings_
    std::unique_ptr<Alarm> alarm_;
};

} // namespace penstock::simulator
