#include "engine/simulator/model/batch.h"
#include "tests/support/manual_clock.h"

#include <QTest>

using namespace penstock;
using namespace penstock::simulator;
using namespace std::chrono_literals;

namespace {

/// A server with round figures: 1000 tokens a second in prefill, steps of 10 ms and 1 ms a sequence.
SimulatorOptions plainOptions() {
    SimulatorOptions options;
    options.slots = 4;
    options.prefillTokensPerSecond = 1000;
    options.stepBase = 10ms;
    options.stepPerSequence = 1ms;
    options.waitingRoom = 2;
    options.kvTokens = 100'000;
    return options;
}

/// Writes down when each token came.
struct Bench {
    explicit Bench(const SimulatorOptions& options)
        : batch(clock, options, [this](const Batch::Token& token) {
            tokens[token.sequence].push_back(clock.now() - begin);
            if (token.last) ended.push_back(token.sequence);
        }) {}

    void drain() {
        while (clock.advanceToNextAlarm()) {
        }
    }

    test::ManualClock clock;
    Instant begin = clock.now();
    std::map<SequenceId, std::vector<Nanos>> tokens;
    std::vector<SequenceId> ended;
    Batch batch;
};

using Times = std::vector<Nanos>;

/// A clock for one alarm, which is served whenever the test likes.
class LateClock final : public Clock {
public:
    Instant now() const override { return now_; }
    std::chrono::system_clock::time_point wallNow() const override { return {}; }
    std::unique_ptr<Alarm> makeAlarm(std::function<void()> onDue) const override {
        onDue_ = std::move(onDue);
        return std::make_unique<OneAlarm>(due_);
    }
    void fireAt(Instant at) {
        now_ = at;
        due_.reset();
        onDue_();
    }
    std::optional<Instant> due() const { return due_; }

private:
    struct OneAlarm final : Alarm {
        explicit OneAlarm(std::optional<Instant>& due)
            : due_(due) {}
        void setDue(std::optional<Instant> due) override { due_ = due; }
        std::optional<Instant>& due_;
    };
    Instant now_{1h};
    mutable std::optional<Instant> due_;
    mutable std::function<void()> onDue_;
};

} // namespace

class TstSimBatch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aLoneSequenceTakesItsPrefillAndOneStepAToken() {
        Bench bench(plainOptions());
        const auto id = bench.batch.enter({30, 3});
        bench.drain();
        QCOMPARE(bench.tokens[id], (Times{41ms, 52ms, 63ms})); // 30 ms of prefill, steps of 11 ms
        QCOMPARE(bench.ended, std::vector<SequenceId>{id});
        QCOMPARE(bench.batch.kvUsed(), 0);
        QCOMPARE(bench.batch.running(), 0u);
    }

    void aStepTakesBasePlusPerSequenceForEachActiveOneAndGivesEachOneToken() {
        Bench bench(plainOptions());
        std::vector<SequenceId> ids;
        for (int i = 0; i < 3; ++i)
            ids.push_back(bench.batch.enter({10, 2}));
        bench.drain();
        // The first is admitted alone and prefilled in 10 ms, then has a step alone (11 ms); at 10 ms the other two
        // were admitted, share the pass from 21 to 41 ms, and from then on a step with three takes 13 ms, one with two
        // 12 ms.
        QCOMPARE(bench.tokens[ids[0]], (Times{21ms, 54ms}));
        QCOMPARE(bench.tokens[ids[1]], (Times{54ms, 66ms}));
        QCOMPARE(bench.tokens[ids[2]], (Times{54ms, 66ms}));
    }

    void sequencesInPrefillShareTheRateEqually() {
        SimulatorOptions options = plainOptions();
        options.slots = 3;
        Bench bench(options);
        const auto first =
            bench.batch.enter({1, 1}); // occupies the accelerator until 1 ms, so that the next two begin together
        const auto a = bench.batch.enter({400, 1});
        const auto b = bench.batch.enter({400, 1});
        bench.drain();
        QCOMPARE(bench.tokens[first], (Times{12ms}));
        // 800 tokens at 1000 a second from 12 ms on, and one step with both of them.
        QCOMPARE(bench.tokens[a], (Times{12ms + 800ms + 12ms}));
        QCOMPARE(bench.tokens[b], (Times{12ms + 800ms + 12ms}));
    }

    void aLongPromptLetsTheOthersDecodeEveryFiftyMilliseconds() {
        Bench bench(plainOptions());
        const auto talker = bench.batch.enter({10, 5});
        bench.clock.advance(15ms); // in its first step, which ends at 21 ms
        const auto reader = bench.batch.enter({120, 1});
        bench.drain();
        // 21: pass of 50; 71: step of 11; 82: pass of 50; 132: step of 11; 143: the last 20; 163: step of two, 12 ms.
        QCOMPARE(bench.tokens[talker], (Times{21ms, 82ms, 143ms, 175ms, 186ms}));
        QCOMPARE(bench.tokens[reader], (Times{175ms}));
    }

    void aLateAlarmDelaysATokenAndNotThePace() {
        LateClock clock;
        std::vector<Nanos> times;
        const Instant begin = clock.now();
        Batch batch(clock, plainOptions(), [&](const Batch::Token&) { times.push_back(clock.now() - begin); });
        batch.enter({10, 4}); // due at 21, 32, 43 and 54 ms
        clock.fireAt(begin + 10ms);
        clock.fireAt(begin + 35ms); // as on a machine that was busy: two steps are over by now
        QCOMPARE(times, (Times{35ms, 35ms}));
        QCOMPARE(clock.due(), std::optional(begin + 43ms));
        clock.fireAt(begin + 43ms);
        clock.fireAt(begin + 54ms);
        QCOMPARE(times, (Times{35ms, 35ms, 43ms, 54ms}));
        QCOMPARE(clock.due(), std::nullopt);
    }

    void theWaitingRoomHoldsItsNumberAndThenTheServerIsFull() {
        Bench bench(plainOptions());
        for (int i = 0; i < 6; ++i) { // 4 slots and 2 places to wait
            QVERIFY(!bench.batch.full());
            bench.batch.enter({10, 10});
        }
        QVERIFY(bench.batch.full());
        bench.clock.advance(150ms);
        QCOMPARE(bench.batch.running(), 4u);
        QCOMPARE(bench.batch.waiting(), 2u);
        bench.drain();
        QCOMPARE(bench.ended, (std::vector<SequenceId>{1, 2, 3, 4, 5, 6}));
        QVERIFY(!bench.batch.full());
    }

    void retryAfterIsTheShareOfTheWorkBeforeThoseThatWait() {
        Bench bench(plainOptions());
        for (int i = 0; i < 6; ++i)
            bench.batch.enter({100, 20});
        bench.clock.advance(60ms); // in the second pass; the first one did half of the oldest's prefill
        // 550 ms of prefills and 120 tokens of 10/4 + 1 ms are left: 970 ms, of which 2 of 6 wait. The first that has a
        // slot would need 20 steps of 14 ms, which is less.
        QCOMPARE(bench.batch.full(), std::optional(Nanos{970ms} / 3));
        // Without anybody waiting it is the time until the first one ends.
        SimulatorOptions options = plainOptions();
        options.waitingRoom = 0;
        options.slots = 1;
        Bench single(options);
        single.batch.enter({100, 20});
        QCOMPARE(single.batch.full(), std::optional<Nanos>(20 * 11ms));
    }

    void theBudgetPreemptsTheYoungestAndPrefillsItsTokensAgain() {
        SimulatorOptions options = plainOptions();
        options.kvTokens = 24;
        Bench bench(options);
        const auto old = bench.batch.enter({10, 4});
        const auto young = bench.batch.enter({10, 4});
        // Prefills and steps in turn: 0-10 old's prefill, 10-21 its step (11 used, admitted: young with 10, 21 in all),
        // 21-31 young's prefill, then steps with both need 2 places each: at 31 used 21 + 2 = 23, at 43 23 + 2 = 25
        // > 24.
        bench.clock.advance(43ms);
        QCOMPARE(bench.batch.preemptions(), 1u);
        QCOMPARE(bench.batch.recomputedTokens(), 11u); // its prompt and the token it had given
        QCOMPARE(bench.batch.running(), 1u);
        QCOMPARE(bench.batch.waiting(), 1u);
        QCOMPARE(bench.batch.kvUsed(), 13); // old: 10 of the prompt, 2 tokens given, 1 for the step under way
        bench.drain();
        QCOMPARE(bench.tokens[old], (Times{21ms, 43ms, 54ms, 65ms}));
        // Old ends at 65 and no place was free before; 11 tokens again, 11 ms; steps alone. No token comes twice.
        QCOMPARE(bench.tokens[young], (Times{43ms, 87ms, 98ms, 109ms}));
        QCOMPARE(bench.batch.preemptions(), 1u);
        QCOMPARE(bench.batch.kvUsed(), 0);
    }

    void aSequenceThatFillsTheWholeBudgetStillEnds() {
        SimulatorOptions options = plainOptions();
        options.kvTokens = 50;
        Bench bench(options);
        for (int i = 0; i < 6; ++i)
            bench.batch.enter({20, 30});
        bench.drain();
        QCOMPARE(bench.ended.size(), 6u);
        for (const auto& [id, times] : bench.tokens)
            QCOMPARE(times.size(), 30u);
        QVERIFY(bench.batch.preemptions() > 0);
    }

    void noOneOvertakesInTheWaitingRoom() {
        SimulatorOptions options = plainOptions();
        options.kvTokens = 100;
        Bench bench(options);
        bench.batch.enter({60, 10});
        bench.batch.enter({80, 10}); // does not fit beside the first
        bench.batch.enter({5, 1});   // would fit, and waits behind it
        bench.drain();
        QCOMPARE(bench.ended, (std::vector<SequenceId>{1, 3, 2}));
        QVERIFY(bench.tokens[3].front() > bench.tokens[1].back());
    }

    void whoLeavesGetsNoTokenAndFreesItsPlace() {
        Bench bench(plainOptions());
        for (int i = 0; i < 6; ++i)
            bench.batch.enter({10, 5});
        bench.clock.advance(100ms);
        const auto before = bench.tokens[2].size();
        QCOMPARE(before, 3u);
        const auto kv = bench.batch.kvUsed();
        bench.batch.leave(2);
        bench.batch.leave(6); // still waiting
        bench.batch.leave(77);
        QVERIFY(bench.batch.kvUsed() < kv);
        bench.drain();
        QCOMPARE(bench.tokens[2].size(), before);
        QCOMPARE(bench.tokens.count(6), 0u);
        QCOMPARE(bench.ended, (std::vector<SequenceId>{1, 3, 4, 5}));
        QCOMPARE(bench.batch.kvUsed(), 0);
    }

    void leavingFromInsideTheTokenOfAnotherHoldsBackOnesOwn() {
        test::ManualClock clock;
        std::vector<SequenceId> heard;
        Batch* inside = nullptr;
        Batch batch(clock, plainOptions(), [&](const Batch::Token& token) {
            heard.push_back(token.sequence);
            if (token.sequence == 2) inside->leave(3); // whose token is of the same step
        });
        inside = &batch;
        batch.enter({10, 1});
        batch.enter({10, 2});
        batch.enter({10, 2});
        while (clock.advanceToNextAlarm()) {
        }
        QCOMPARE(heard, (std::vector<SequenceId>{1, 2, 2}));
    }
};

QTEST_GUILESS_MAIN(TstSimBatch)
#include "tst_sim_batch.moc"
