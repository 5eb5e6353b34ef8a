#pragma once

#include "engine/base/request.h"
#include "engine/base/request_result.h"
#include "engine/run/attempt.h"
#include "engine/run/deadline_scanner.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace penstock {

/// One request on its way from the queue to its outcome, through all its attempts. Pure state: the Scheduler moves it.
class Job final : public DeadlineScanner::Subject {
public:
    enum class State { Queued, InFlight, BackingOff };

    Job(Request request, Instant firstQueued, Nanos deadline, std::function<void(Job&, Instant)> onDue)
        : request(std::move(request))
        , firstQueued(firstQueued)
        , queuedAt(firstQueued)
        , deadline(firstQueued + deadline)
        , onDue_(std::move(onDue)) {}

    /// The request's deadline, the end of its backoff, or a deadline of its attempt: whichever comes first.
    std::optional<Instant> nextDue() const override {
        Instant due = deadline;
        if (state == State::BackingOff) due = std::min(due, retryAt);
        if (attempt)
            if (const auto own = attempt->nextDue()) due = std::min(due, *own);
        return due;
    }
    void onDue(Instant now) override { onDue_(*this, now); }

    Request request;
    State state = State::Queued;
    Instant firstQueued;
    Instant queuedAt; ///< of the coming attempt
    Instant deadline; ///< of the request as a whole
    Instant retryAt{};
    bool fresh = false; ///< the last attempt met a stale connection: the next one opens its own
    int attempts = 0; ///< made, in earlier sessions of the run too
    std::uint32_t segment = 0;
    std::string rootSpanId;
    std::unique_ptr<Attempt> attempt; ///< while in flight
    DeadlineScanner::Watch watch;     ///< last: it ends before what it watches

private:
    std::function<void(Job&, Instant)> onDue_;
};

} // namespace penstock
