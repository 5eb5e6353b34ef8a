#include "tests/run/run_bench.h"

#include <QTest>

using namespace penstock;
using namespace penstock::test;
using namespace std::chrono_literals;

namespace {

Knobs shortTimeouts() {
    auto knobs = plainKnobs(1);
    knobs.maxAttempts = 1;
    knobs.connectTimeout = 2s;
    knobs.firstTokenTimeout = 5s;
    knobs.idleTimeout = 3s;
    knobs.attemptTimeout = 20s;
    knobs.deadline = 30s;
    return knobs;
}

const char* const content = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n";
const char* const done = "data: [DONE]\n\n";

} // namespace

/// Whatever the server does not do, and whenever it stops doing it, the request ends with the right cause, at the right time.
class TestDeadlines final : public QObject {
    Q_OBJECT

    static void expectEndAt(RunBench& run, Nanos after, OutcomeKind kind) {
        run.clock.advance(after - 1ms);
        QCOMPARE(run.recorder.results.size(), std::size_t{0});
        QCOMPARE(run.transport.live(), 1);
        run.clock.advance(1ms);
        QCOMPARE(run.recorder.results.size(), std::size_t{1});
        QCOMPARE(word(run.recorder.results.at(0).outcome.kind), word(kind));
        QCOMPARE(run.transport.live(), 0); // the exchange was cancelled
    }

private Q_SLOTS:
    void neverSent() {
        RunBench run(1, shortTimeouts());
        run.scheduler->start();
        expectEndAt(run, 2s, OutcomeKind::ConnectTimeout);
    }

    void sentAndNothingComes() {
        RunBench run(1, shortTimeouts());
        run.scheduler->start();
        run.clock.advance(1s);
        run.peer(0).sent();
        expectEndAt(run, 5s, OutcomeKind::FirstTokenTimeout);
    }

    void headersAndThenSilence() {
        RunBench run(1, shortTimeouts());
        run.scheduler->start();
        run.peer(0).sent();
        run.clock.advance(1s);
        run.peer(0).head(); // a server may answer at once and then queue: idle-timeout begins with the first byte
        expectEndAt(run, 4s, OutcomeKind::FirstTokenTimeout);
    }

    void pingsWithoutAToken() {
        RunBench run(1, shortTimeouts());
        run.scheduler->start();
        run.peer(0).sent();
        run.peer(0).head();
        for (int i = 0; i < 4; ++i) {
            run.clock.advance(1s);
            run.peer(0).bytes(": ping\n\n");
        }
        expectEndAt(run, 1s, OutcomeKind::FirstTokenTimeout);
    }

    void silenceInTheMiddleOfAStreamKeepsThePartialText() {
        RunBench run(1, shortTimeouts());
        run.scheduler->start();
        run.peer(0).sent();
        run.peer(0).head();
        run.peer(0).bytes(content);
        expectEndAt(run, 3s, OutcomeKind::IdleTimeout);
        QCOMPARE(run.recorder.results.at(0).completion.text, std::string("a"));
        QCOMPARE(run.recorder.spans.at(0).wastedTokens, std::int64_t{1});
    }

    void aStreamThatDripsForEver() {
        RunBench run(1, shortTimeouts());
        run.scheduler->start();
        run.peer(0).sent();
        run.peer(0).head();
        for (int i = 0; i < 9; ++i) {
            run.clock.advance(2s);
            run.peer(0).bytes(content);
        }
        expectEndAt(run, 2s, OutcomeKind::AttemptTimeout);
    }

    void theRequestAsAWholeWhileItBacksOff() {
        auto knobs = shortTimeouts();
        knobs.maxAttempts = 100;
        knobs.backoffInitial = knobs.backoffMax = 12s;
        RunBench run(1, knobs);
        run.scheduler->start();
        run.clock.advance(2s);  // connect timeout, attempt 1
        run.clock.advance(12s); // attempt 2 starts
        run.clock.advance(2s);  // connect timeout; a third attempt would start at 28 s
        run.clock.advance(12s);
        QCOMPARE(run.transport.started(), std::uint64_t{3});
        run.peer(2).sent();
        run.clock.advance(1999ms);
        QCOMPARE(run.recorder.results.size(), std::size_t{0});
        run.clock.advance(1ms);
        QCOMPARE(word(run.recorder.results.at(0).outcome.kind), word(OutcomeKind::DeadlineExceeded));
        QCOMPARE(run.transport.live(), 0);
    }

    void waitingForAFirstPermitCostsARequestNoneOfItsTime() {
        auto knobs = shortTimeouts();
        knobs.attemptTimeout = knobs.firstTokenTimeout = 30s;
        RunBench run(2, knobs);
        run.scheduler->start();
        run.peer(0).sent();
        run.clock.advance(30s);
        QCOMPARE(run.recorder.results.size(), std::size_t{1});
        QVERIFY(!run.resultOf("r0").outcome.success());
        run.peer(1).answer(); // queued 30 s ago, as long as its deadline
        QVERIFY(run.resultOf("r1").outcome.success());
    }

    void anAnswerThatIsWholeButWhoseBodyStaysOpenIsASuccess() {
        RunBench run(1, shortTimeouts());
        run.scheduler->start();
        run.peer(0).sent();
        run.peer(0).head();
        run.peer(0).bytes(content);
        run.peer(0).bytes(done);
        expectEndAt(run, Attempt::tailBound, OutcomeKind::Success);
    }

    void anErrorResponseWhoseBodyNeverEnds() {
        RunBench run(1, shortTimeouts());
        run.scheduler->start();
        run.peer(0).sent();
        run.peer(0).head(503, "application/json");
        expectEndAt(run, 3s, OutcomeKind::IdleTimeout);
        QCOMPARE(run.recorder.results.at(0).outcome.status, 503);
    }

    void eachByteMovesTheIdleDeadlineWithoutMovingAnAlarm() {
        RunBench run(1, shortTimeouts());
        run.scheduler->start();
        run.peer(0).sent();
        run.peer(0).head();
        run.peer(0).bytes(content);
        const auto alarm = run.clock.nextDue();
        run.clock.advance(100ms);
        run.peer(0).bytes(content);
        QCOMPARE(run.clock.nextDue(), alarm);
        run.clock.advance(2900ms); // the alarm rings for the first byte; the second moved the deadline
        QCOMPARE(run.recorder.results.size(), std::size_t{0});
        run.clock.advance(100ms);
        QCOMPARE(word(run.recorder.results.at(0).outcome.kind), word(OutcomeKind::IdleTimeout));
    }
};

QTEST_APPLESS_MAIN(TestDeadlines)
#include "tst_deadlines.moc"
