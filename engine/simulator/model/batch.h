#pragma once

#include "engine/base/clock.h"
#include "engine/simulator/model/kv_budget.h"
#include "engine/simulator/options.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace penstock::simulator {

/// From 1, in the order of arrival: a greater id is a younger sequence.
using SequenceId = std::uint64_t;

struct SequenceSize {
    std::int64_t promptTokens = 1; ///< at least 1
    std::int64_t outputTokens = 1; ///< at least 1; together with the prompt at most the KV budget
};

/// A GPU server with continuous batching. The accelerator does one thing at a time, and alternates where both are
/// wanted:
///
///  - a prefill pass: the sequences in prefill share `prefillTokensPerSecond` equally. The pass ends when the first of
///  them is
///    through, at the latest after 50 ms, so that a long prompt does not silence those that decode;
///  - a decode step, which takes `stepBase + stepPerSequence x active` and at its end gives one token to each sequence
///  that is
///    through with its prefill.
///
/// Between two such phases waiting sequences, oldest first, take free slots for as long as the KV budget holds all
/// their tokens so far; no one overtakes. When a decode step would exceed the budget, the youngest sequence with a slot
/// is preempted: it goes back to the waiting room, keeps the tokens it has given, and has prompt and tokens prefilled
/// again later.
///
/// Pure logic on the injected clock. A phase begins when the one before it was due, not when its alarm was served, so a
/// slow alarm delays a token and never the pace. One thread.
class Batch {
public:
    /// One token of `sequence`: `index` from 0. After the `last` one the sequence is gone.
    struct Token {
        SequenceId sequence;
        std::int64_t index;
        bool last;
    };
    /// May call enter() and leave(). Must not destroy the Batch.
    using OnToken = std::function<void(const Token&)>;

    /// The clock must outlive the Batch.
    Batch(const Clock& clock, const SimulatorOptions& options, OnToken onToken);

    /// nullopt while there are fewer than slots + waitingRoom sequences here. Else after what time to try again: when
    /// those that wait now will have a slot, by the work that is left and the width of the batch; never before the
    /// first one ends.
    std::optional<Nanos> full() const;

    /// Only when not full(). Its first token comes from a later alarm, never from inside.
    SequenceId enter(SequenceSize size);

    /// The sequence is no longer wanted: no token of it follows, and its slot and KV are free. Nothing when it is gone
    /// already.
    void leave(SequenceId sequence);

    std::size_t running() const { return running_.size(); }
    std::size_t waiting() const { return waiting_.size(); }
    std::int64_t kvUsed() const { return kv_.used(); }
    std::uint64_t preemptions() const { return preemptions_; }
    /// Tokens that were given up by preemption and have to be prefilled again.
    std::uint64_t recomputedTokens() const { return recomputed_; }

private:
    struct Sequence {
        SequenceSize size;
        std::int64_t given = 0; ///< tokens answered so far; kept over a preemption
        std::int64_t kv = 0;    ///< places held in the budget
        Nanos prefillLeft{0};   ///< at the full rate
        bool decoding = false;
        std::int64_t tokensSoFar() const { return size.promptTokens + given; }
    };
    enum class Phase { Idle, Prefill, Decode };

    void onAlarm();
    void endPhase();
    void admit();
    void beginPhase(Instant at);
    bool beginPrefill(Instant at);
    bool beginDecode(Instant at);
    void makeRoomForStep();
    void deliver();
    std::int64_t decoding() const;
    Nanos prefillTime(std::int64_t tokens) const;

    const Clock& clock_;
    const int slots_;
    const int waitingRoom_;
    const double prefillTokensPerSecond_;
    const Nanos stepBase_;
    const Nanos stepPerSequence_;
    OnToken onToken_;

    KvBudget kv_;
    std::map<SequenceId, Sequence>
        waiting_; ///< a preempted sequence is older than any that never ran, so it comes first
    std::map<SequenceId, Sequence> running_;
    SequenceId lastId_ = 0;

    Phase phase_ = Phase::Idle;
    Phase phaseBefore_ = Phase::Idle;
    Instant phaseEnd_{};
    Nanos prefillShare_{0};  ///< what the present pass does for each sequence in prefill
    std::vector<Token> due_; ///< tokens of the step that just ended, being delivered; sequence 0: no longer wanted
    std::uint64_t preemptions_ = 0;
    std::uint64_t recomputed_ = 0;
    std::unique_ptr<Alarm> alarm_;
};

} // namespace penstock::simulator
