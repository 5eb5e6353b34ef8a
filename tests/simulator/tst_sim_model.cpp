#include "engine/simulator/model/answer_plan.h"
#include "engine/simulator/model/batch.h"
#include "engine/simulator/model/fault_draws.h"
#include "engine/simulator/model/rate_limits.h"
#include "tests/simulator/closed_loop.h"
#include "tests/support/manual_clock.h"

#include <QTest>

#include <set>

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

class TstSimModel : public QObject {
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

    void inNoMinuteMoreRequestsAreLetInThanTheLimit() {
        RateLimits limits(3, 0);
        test::ManualClock clock;
        QVERIFY(!limits.admit(clock.now(), 1));
        clock.advance(10s);
        QVERIFY(!limits.admit(clock.now(), 1));
        QVERIFY(!limits.admit(clock.now(), 1));
        clock.advance(5s);
        QCOMPARE(limits.admit(clock.now(), 1), std::optional<Nanos>(45s));
        clock.advance(45s - 1ns);
        QCOMPARE(limits.admit(clock.now(), 1), std::optional<Nanos>(1ns));
        clock.advance(1ns);
        QVERIFY(!limits.admit(clock.now(), 1));
        QCOMPARE(limits.admit(clock.now(), 1), std::optional<Nanos>(10s));
    }

    void tokensAMinuteWaitUntilEnoughHaveLeftTheWindow() {
        RateLimits limits(0, 100);
        test::ManualClock clock;
        QVERIFY(!limits.admit(clock.now(), 40));
        clock.advance(10s);
        QVERIFY(!limits.admit(clock.now(), 50));
        QVERIFY(!limits.admit(clock.now(), 10)); // exactly full
        clock.advance(10s);
        QCOMPARE(limits.admit(clock.now(), 1), std::optional<Nanos>(40s));  // the first must leave
        QCOMPARE(limits.admit(clock.now(), 60), std::optional<Nanos>(50s)); // and the second
        QVERIFY(limits.mayEverFit(100));
        QVERIFY(!limits.mayEverFit(101));
        clock.advance(40s);
        QVERIFY(!limits.admit(clock.now(), 40));
    }

    void faultsDependOnSeedAndOrdinalAloneAndKeepTheirShares() {
        SimulatorOptions options;
        options.fault429 = 0.1;
        options.fault5xx = 0.05;
        options.faultDrop = 0.02;
        options.faultCut = 0.2;
        options.faultStall = 0.01;
        options.faultErrorEvent = 0.12;
        const FaultDraws draws(options);
        std::map<FaultKind, int> counts;
        std::set<int> statuses;
        for (std::uint64_t ordinal = 1; ordinal <= 100'000; ++ordinal) {
            const Fault fault = draws.draw(ordinal);
            ++counts[fault.kind];
            if (fault.kind == FaultKind::ServerError) statuses.insert(fault.serverErrorStatus());
            QCOMPARE(FaultDraws(options).draw(ordinal).kind, fault.kind);
        }
        const auto near = [&](FaultKind kind, double share) {
            return std::abs(counts[kind] / 100'000.0 - share) < 0.005;
        };
        QVERIFY(near(FaultKind::TooManyRequests, 0.1));
        QVERIFY(near(FaultKind::ServerError, 0.05));
        QVERIFY(near(FaultKind::Drop, 0.02));
        QVERIFY(near(FaultKind::Cut, 0.2));
        QVERIFY(near(FaultKind::Stall, 0.01));
        QVERIFY(near(FaultKind::ErrorEvent, 0.12));
        QCOMPARE(statuses, (std::set<int>{500, 502, 503, 529}));

        options.seed = 2;
        const FaultDraws others(options);
        int different = 0;
        for (std::uint64_t ordinal = 1; ordinal <= 1000; ++ordinal)
            different += others.draw(ordinal).kind != draws.draw(ordinal).kind;
        QVERIFY(different > 300);
    }

    void aRateOfOneMeetsEveryRequestAndNoneMeetsNone() {
        SimulatorOptions options;
        options.faultCut = 0.7;
        options.faultDrop = 0.3;
        const FaultDraws all(options);
        const FaultDraws none{SimulatorOptions{}};
        for (std::uint64_t ordinal = 1; ordinal <= 10'000; ++ordinal) {
            QVERIFY(all.draw(ordinal).kind != FaultKind::None);
            QCOMPARE(none.draw(ordinal).kind, FaultKind::None);
        }
    }

    void aFaultInMidStreamComesAfterTheFirstTokenAndBeforeTheLast() {
        for (std::uint64_t bits = 0; bits < 1000; ++bits) {
            const Fault fault{FaultKind::Cut, mix(7, bits)};
            QCOMPARE(fault.afterTokens(1), 0);
            QCOMPARE(fault.afterTokens(2), 1);
            QVERIFY(fault.afterTokens(50) >= 1 && fault.afterTokens(50) <= 49);
        }
    }

    void promptTokensAreFourBytesEachRoundedUp() {
        QCOMPARE(countPromptTokens(""), 1);
        QCOMPARE(countPromptTokens("abcd"), 1);
        QCOMPARE(countPromptTokens("abcde"), 2);
        QCOMPARE(countPromptTokens(std::string(400, 'x')), 100);
    }

    void theAnswerDependsOnSeedAndPromptAlone() {
        const auto text = [](const AnswerPlan& plan) {
            std::string all;
            for (std::int64_t i = 0; i < plan.tokens(); ++i)
                all += plan.piece(i);
            return all;
        };
        const AnswerPlan plan(1, "why is the sky blue", 64, std::nullopt, 1000);
        QCOMPARE(text(AnswerPlan(1, "why is the sky blue", 64, std::nullopt, 1000)), text(plan));
        QVERIFY(text(AnswerPlan(2, "why is the sky blue", 64, std::nullopt, 1000)) != text(plan));
        QVERIFY(text(AnswerPlan(1, "why is the sky green", 64, std::nullopt, 1000)) != text(plan));
        QVERIFY(!plan.cut());
        QVERIFY(text(plan).ends_with('.'));

        const AnswerPlan cut(1, "why is the sky blue", 64, plan.tokens() - 3, 1000);
        QVERIFY(cut.cut());
        QVERIFY(text(plan).starts_with(text(cut)));
        QVERIFY(!AnswerPlan(1, "why is the sky blue", 64, plan.tokens(), 1000).cut());
        QCOMPARE(AnswerPlan(1, "why is the sky blue", 64, 1000, 5).tokens(), 5);
    }

    void lengthsAreSpreadAroundTheirMean() {
        double sum = 0;
        std::int64_t least = 1000, most = 0;
        for (int i = 0; i < 20'000; ++i) {
            const auto tokens = AnswerPlan(1, std::to_string(i), 64, std::nullopt, 1000).tokens();
            sum += static_cast<double>(tokens);
            least = std::min(least, tokens);
            most = std::max(most, tokens);
        }
        QCOMPARE(least, 16);
        QCOMPARE(most, 112);
        QVERIFY(std::abs(sum / 20'000 - 64) < 1);
    }

    void theTextIsWordsOfPlainLettersAboutFourBytesAToken() {
        std::size_t bytes = 0, tokens = 0;
        for (int i = 0; i < 200; ++i) {
            const AnswerPlan plan(1, std::to_string(i), 64, 64, 1000);
            for (std::int64_t t = 0; t < plan.tokens(); ++t) {
                const std::string piece = plan.piece(t);
                for (const char c : piece)
                    QVERIFY(std::isalpha(static_cast<unsigned char>(c)) || c == ' ' || c == '.');
                QVERIFY(t > 0 || std::isupper(static_cast<unsigned char>(piece[0])));
                bytes += piece.size();
                ++tokens;
            }
        }
        const double each = static_cast<double>(bytes) / static_cast<double>(tokens);
        QVERIFY2(each > 3.5 && each < 4.5, qPrintable(QString::number(each)));
    }

    void optionsThatCannotBeAreNamedByTheirFlag() {
        QVERIFY(validate(SimulatorOptions{}).ok());
        SimulatorOptions options;
        options.slots = 0;
        QCOMPARE(validate(options).error().message, std::string("--slots must be 1 to 100000"));
        options = {};
        options.faultCut = std::nan("");
        QVERIFY(validate(options).error().message.starts_with("--fault-cut"));
        options = {};
        options.faultCut = 0.6;
        options.faultDrop = 0.6;
        QVERIFY(!validate(options).ok());
    }

    /// The simulator's purpose: a cap that is too low leaves the batch narrow; one that is too high makes sequences
    /// lose their KV and be prefilled again, and requests be turned away.
    void costPerSuccessIsUShapedOverTheCapWithTheDefaults() {
        std::map<int, test::LoopResult> results;
        int best = 0;
        for (const int cap : {1, 2, 4, 8, 14, 20, 32, 64, 128}) {
            results[cap] = test::ClosedLoop(SimulatorOptions{}, 400, cap).run();
            const auto& result = results[cap];
            QCOMPARE(result.successes, 400);
            if (best == 0 || result.secondsPerSuccess() < results[best].secondsPerSuccess()) best = cap;
            qInfo("cap %3d: %.4f s a success, %d rejections, %llu preemptions", cap, result.secondsPerSuccess(),
                  result.rejections, static_cast<unsigned long long>(result.preemptions));
        }
        QVERIFY2(best >= 10 && best <= 24, qPrintable(QString::number(best)));
        const double least = results[best].secondsPerSuccess();
        QVERIFY(results[1].secondsPerSuccess() > 5.0 * least);
        QVERIFY(results[2].secondsPerSuccess() > 2.5 * least);
        QVERIFY(results[4].secondsPerSuccess() > 1.5 * least);
        QVERIFY(results[8].secondsPerSuccess() > 1.2 * least);
        QVERIFY(results[14].secondsPerSuccess() < 1.05 * least);
        QVERIFY(results[20].secondsPerSuccess() < 1.1 * least);
        for (const int cap : {32, 64, 128})
            QVERIFY(results[cap].secondsPerSuccess() > 1.25 * least);
        QCOMPARE(results[14].rejections, 0);
        QCOMPARE(results[14].peakInFlight, 14);
        QVERIFY(results[64].rejections > 0);
        QVERIFY(results[32].preemptions > 100);
    }

    void twoHundredPromptsAtCap14TakeHalfAMinuteWithASwiftFirstToken() {
        const auto result = test::ClosedLoop(SimulatorOptions{}, 200, 14).run();
        QVERIFY(result.window > 20s && result.window < 40s);
        auto times = result.firstToken;
        std::sort(times.begin(), times.end());
        const Nanos median = times[times.size() / 2];
        QVERIFY2(median > 80ms && median < 300ms, qPrintable(QString::number(toSeconds(median))));
    }
};

QTEST_GUILESS_MAIN(TstSimModel)
#include "tst_sim_model.moc"
