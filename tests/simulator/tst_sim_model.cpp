#include "engine/simulator/model/answer_plan.h"
#include "engine/simulator/model/connect_delay.h"
#include "engine/simulator/model/fault_draws.h"
#include "engine/simulator/model/rate_limits.h"
#include "tests/simulator/closed_loop.h"
#include "tests/support/manual_clock.h"

#include <QTest>

#include <set>

using namespace penstock;
using namespace penstock::simulator;
using namespace std::chrono_literals;

class TstSimModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
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

    void aConnectionsDelayHoldsWhatComesBeforeItHasPassedInOrder() {
        test::ManualClock clock;
        ConnectDelay delay(clock, 100ms);
        std::vector<int> passed;
        delay.opened(1);
        clock.advance(40ms);
        delay.opened(2);
        delay.pass(1, [&] { passed.push_back(1); });
        delay.pass(2, [&] { passed.push_back(2); });
        delay.pass(1, [&] { passed.push_back(3); });
        clock.advance(60ms - 1ns);
        QVERIFY(passed.empty());
        clock.advance(1ns);
        QCOMPARE(passed, (std::vector<int>{1, 3}));
        delay.pass(1, [&] { passed.push_back(4); }); // it is open now
        QCOMPARE(passed, (std::vector<int>{1, 3, 4}));
        clock.advance(40ms);
        QCOMPARE(passed, (std::vector<int>{1, 3, 4, 2}));
        QCOMPARE(clock.nextDue(), std::nullopt);
    }

    void aConnectionWarmedInTimeCostsNothing() {
        test::ManualClock clock;
        ConnectDelay delay(clock, 100ms);
        delay.opened(1);
        clock.advance(100ms);
        bool passed = false;
        delay.pass(1, [&] { passed = true; });
        QVERIFY(passed);
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
