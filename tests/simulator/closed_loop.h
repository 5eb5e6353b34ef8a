#pragma once

#include "engine/base/clock.h"
#include "engine/simulator/model/answer_plan.h"
#include "engine/simulator/model/batch.h"
#include "engine/simulator/model/seeded.h"
#include "tests/support/manual_clock.h"

#include <cmath>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace penstock::test {

/// What one run of a closed workload came to.
struct LoopResult {
    Nanos window{0};
    int successes = 0;
    int rejections = 0;
    std::uint64_t preemptions = 0;
    int peakInFlight = 0;
    std::vector<Nanos> firstToken; ///< one a request: sent (last attempt) -> first token
    double secondsPerSuccess() const {
        return toSeconds(window) / successes;
    } ///< cost per success at a price of 1 a second
};

/// The simplest client of a capped workload, on the pure model: `requests` prompts, at most `cap` in flight. A request
/// that was turned away gives its place up, and comes again after Retry-After in whole seconds, as HTTP tells it.
class ClosedLoop {
public:
    ClosedLoop(const SimulatorOptions& options, int requests, int cap)
        : options_(options)
        , cap_(cap)
        , batch_(clock_, options, [this](const simulator::Batch::Token& token) { onToken(token); })
        , retry_(clock_.makeAlarm([this] { onRetry(); })) {
        for (int i = 0; i < requests; ++i)
            queue_.push_back(i);
        total_ = requests;
    }

    LoopResult run() {
        const Instant begin = clock_.now();
        admit();
        while (result_.successes < total_)
            if (!clock_.advanceToNextAlarm()) break;
        result_.window = clock_.now() - begin;
        result_.preemptions = batch_.preemptions();
        return result_;
    }

private:
    struct InFlight {
        Instant sent;
    };

    /// Prompts of 20 to 920 bytes, short ones more often, like people's questions.
    static std::string prompt(int request) {
        const double u = simulator::toUnit(simulator::mix(99, static_cast<std::uint64_t>(request)));
        return "prompt " + std::to_string(request) + std::string(static_cast<std::size_t>(10 + 900 * u * u), 'x');
    }

    void admit() {
        while (!queue_.empty() && static_cast<int>(flying_.size()) < cap_) {
            const int request = queue_.front();
            queue_.pop_front();
            const std::string text = prompt(request);
            const auto promptTokens = simulator::countPromptTokens(text);
            const simulator::AnswerPlan plan(options_.seed, text, options_.defaultOutputTokens, std::nullopt,
                                             options_.kvTokens - promptTokens);
            if (const auto retryAfter = batch_.full()) {
                ++result_.rejections;
                const auto seconds =
                    std::max(std::chrono::seconds{1}, std::chrono::ceil<std::chrono::seconds>(*retryAfter));
                backingOff_.emplace(clock_.now() + seconds, request);
                retry_->setDue(backingOff_.begin()->first);
                continue;
            }
            flying_[batch_.enter({promptTokens, plan.tokens()})] = {clock_.now()};
            result_.peakInFlight = std::max(result_.peakInFlight, static_cast<int>(flying_.size()));
        }
    }

    void onToken(const simulator::Batch::Token& token) {
        if (token.index == 0) result_.firstToken.push_back(clock_.now() - flying_.at(token.sequence).sent);
        if (!token.last) return;
        flying_.erase(token.sequence);
        ++result_.successes;
        admit();
    }

    void onRetry() {
        while (!backingOff_.empty() && backingOff_.begin()->first <= clock_.now()) {
            queue_.push_front(backingOff_.begin()->second);
            backingOff_.erase(backingOff_.begin());
        }
        if (!backingOff_.empty()) retry_->setDue(backingOff_.begin()->first);
        admit();
    }

    SimulatorOptions options_;
    int cap_;
    int total_ = 0;
    ManualClock clock_;
    std::deque<int> queue_;
    std::multimap<Instant, int> backingOff_;
    std::map<simulator::SequenceId, InFlight> flying_;
    LoopResult result_;
    simulator::Batch batch_;
    std::unique_ptr<Alarm> retry_;
};

} // namespace penstock::test
