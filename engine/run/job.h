#pragma once

#include "engine/base/request.h"
#include "engine/base/request_result.h"
#include "engine/base/span.h"
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

    Job(Request request, Instant queuedAt, std::function<void(Job&, Instant)> onDue)
        : request(std::move(request))
        , queuedAt(queuedAt)
        , onDue_(std::move(onDue)) {}

    /// The request's deadline, the end of its backoff, or a deadline of its attempt: whichever comes first.
    std::optional<Instant> nextDue() const override {
        std::optional<Instant> due = deadline;
        const auto sooner = [&](Instant at) { due = due ? std::min(*due, at) : at; };
        if (state == State::BackingOff) sooner(retryAt);
        if (attempt)
            if (const auto own = attempt->nextDue()) sooner(*own);
        return due;
    }
    void onDue(Instant now) override { onDue_(*this, now); }

    Request request;
    State state = State::Queued;
    Instant queuedAt; ///< of the coming attempt
    /// First admitted, and when the request as a whole must be complete; nullopt before. The clock starts with the first
    /// permit: a file that waits in our own queue, or a pause, costs no request its time.
    std::optional<Instant> firstAdmitted, deadline;
    Instant retryAt{};
    bool fresh = false; ///< the last attempt met a stale connection: the next one opens its own
    int attempts = 0;        ///< made, in earlier sessions of the run too
    int earlierAttempts = 0; ///< of them, those of earlier sessions: max-attempts bounds each session's own
    std::uint32_t segment = 0;
    std::uint64_t begun = 0; ///< the place in the order of first admissions
    /// Of the last attempt, while backing off.
    Stamps lastStamps;
    std::uint64_t lastContentEvents = 0;
    std::string rootSpanId;
    std::unique_ptr<Attempt> attempt; ///< while in flight
    DeadlineScanner::Watch watch;     ///< last: it ends before what it watches

private:
    std::function<void(Job&, Instant)> onDue_;
};

} // namespace penstock
