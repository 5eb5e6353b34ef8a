#include "engine/simulator/model/batch.h"

#include <algorithm>

namespace penstock::simulator {

namespace {

constexpr Nanos longestPrefillPass = std::chrono::milliseconds{50};

} // namespace

Batch::Batch(const Clock& clock, const SimulatorOptions& options, OnToken onToken)
    : clock_(clock)
    , slots_(options.slots)
    , waitingRoom_(options.waitingRoom)
    , prefillTokensPerSecond_(options.prefillTokensPerSecond)
    , stepBase_(options.stepBase)
    , stepPerSequence_(options.stepPerSequence)
    , onToken_(std::move(onToken))
    , kv_(options.kvTokens)
    , alarm_(clock.makeAlarm([this] { onAlarm(); })) {}

SequenceId Batch::enter(SequenceSize size) {
    const SequenceId id = ++lastId_;
    waiting_.emplace(id, Sequence{.size = size});
    if (phase_ == Phase::Idle) {
        admit();
        beginPhase(clock_.now());
    }
    return id;
}

void Batch::leave(SequenceId sequence) {
    for (auto& token : due_)
        if (token.sequence == sequence) token.sequence = 0;
    waiting_.erase(sequence);
    if (const auto it = running_.find(sequence); it != running_.end()) {
        kv_.give(it->second.kv);
        running_.erase(it);
    }
}

void Batch::onAlarm() {
    while (phase_ != Phase::Idle && phaseEnd_ <= clock_.now()) {
        const Instant at = phaseEnd_;
        endPhase();
        admit();
        beginPhase(at);
        deliver();
    }
}

void Batch::endPhase() {
    if (phase_ == Phase::Prefill) {
        for (auto& [id, sequence] : running_) {
            if (sequence.decoding) continue;
            sequence.prefillLeft -= prefillShare_;
            sequence.decoding = sequence.prefillLeft <= Nanos{0};
        }
    } else if (phase_ == Phase::Decode) {
        for (auto it = running_.begin(); it != running_.end();) {
            auto& [id, sequence] = *it;
            if (!sequence.decoding) {
                ++it;
                continue;
            }
            const bool last = sequence.given + 1 == sequence.size.outputTokens;
            due_.push_back({id, sequence.given, last});
            ++sequence.given;
            if (last) kv_.give(sequence.kv);
            it = last ? running_.erase(it) : std::next(it);
        }
    }
}

void Batch::admit() {
    while (!waiting_.empty() && running_.size() < static_cast<std::size_t>(slots_)) {
        const auto oldest = waiting_.begin();
        Sequence& sequence = oldest->second;
        if (!kv_.fits(sequence.tokensSoFar() + 1)) return; // with room for the token that its first step gives
        sequence.kv = sequence.tokensSoFar();
        kv_.take(sequence.kv);
        sequence.prefillLeft = prefillTime(sequence.tokensSoFar());
        sequence.decoding = false;
        running_.insert(waiting_.extract(oldest));
    }
}

void Batch::beginPhase(Instant at) {
    phaseBefore_ = std::exchange(phase_, Phase::Idle);
    // After a pass the others get their step first.
    const bool begun =
        phaseBefore_ == Phase::Prefill ? beginDecode(at) || beginPrefill(at) : beginPrefill(at) || beginDecode(at);
    alarm_->setDue(begun ? std::optional(phaseEnd_) : std::nullopt);
}

bool Batch::beginPrefill(Instant at) {
    Nanos least = Nanos::max();
    std::int64_t sharers = 0;
    for (const auto& [id, sequence] : running_) {
        if (sequence.decoding) continue;
        ++sharers;
        least = std::min(least, sequence.prefillLeft);
    }
    if (sharers == 0) return false;
    prefillShare_ = std::max(Nanos{1}, std::min(least, longestPrefillPass / sharers));
    phase_ = Phase::Prefill;
    phaseEnd_ = at + prefillShare_ * sharers;
    return true;
}

bool Batch::beginDecode(Instant at) {
    makeRoomForStep();
    const std::int64_t active = decoding();
    if (active == 0) return false;
    for (auto& [id, sequence] : running_)
        if (sequence.decoding) ++sequence.kv;
    kv_.take(active);
    phase_ = Phase::Decode;
    phaseEnd_ = at + stepBase_ + stepPerSequence_ * active;
    return true;
}

void Batch::makeRoomForStep() {
    while (!kv_.fits(decoding())) {
        // The oldest is never reached: alone it fits, by the bound on its size.
        const auto youngest = std::prev(running_.end());
        Sequence& sequence = youngest->second;
        kv_.give(sequence.kv);
        sequence.kv = 0;
        sequence.decoding = false;
        ++preemptions_;
        recomputed_ += static_cast<std::uint64_t>(sequence.tokensSoFar());
        waiting_.insert(running_.extract(youngest));
    }
}

void Batch::deliver() {
    // By index: a callback may call leave(), which marks entries, and must find them here.
    for (std::size_t i = 0; i < due_.size(); ++i)
        if (const Token token = due_[i]; token.sequence != 0) onToken_(token);
    due_.clear();
}

std::int64_t Batch::decoding() const {
    return std::count_if(running_.begin(), running_.end(), [](const auto& entry) { return entry.second.decoding; });
}

Nanos Batch::prefillTime(std::int64_t tokens) const {
    return std::max(Nanos{1}, fromSeconds(static_cast<double>(tokens) / prefillTokensPerSecond_));
}

std::optional<Nanos> Batch::full() const {
    const std::size_t here = running_.size() + waiting_.size();
    if (here < static_cast<std::size_t>(slots_) + static_cast<std::size_t>(waitingRoom_)) return std::nullopt;
    const auto width = static_cast<std::int64_t>(std::min(here, static_cast<std::size_t>(slots_)));
    const Nanos tokenTime = stepBase_ / width + stepPerSequence_;
    Nanos work{0};
    Nanos soonest = std::chrono::hours{1}; // until the first of those with a slot is through
    for (const auto& [id, sequence] : running_) {
        const std::int64_t left = sequence.size.outputTokens - sequence.given;
        work += (sequence.decoding ? Nanos{0} : sequence.prefillLeft) + tokenTime * left;
        soonest = std::min(soonest, tokenTime * width * left);
    }
    for (const auto& [id, sequence] : waiting_)
        work += prefillTime(sequence.tokensSoFar()) + tokenTime * (sequence.size.outputTokens - sequence.given);
    // Those that wait now have all got a slot when their share of the work has passed.
    const double share = static_cast<double>(waiting_.size()) / static_cast<double>(here);
    return std::max(soonest, fromSeconds(toSeconds(work) * share));
}

} // namespace penstock::simulator
