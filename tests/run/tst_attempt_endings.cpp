#include "tests/run/run_bench.h"

#include <QTest>

using namespace penstock;
using namespace penstock::test;
using namespace std::chrono_literals;

namespace {

const std::string content = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"part\"}}]}\n\n";
const std::string done = "data: [DONE]\n\n";

} // namespace

/// What a response amounts to: success needs 2xx, the dialect's own terminal, and no error.
class TestAttemptEndings final : public QObject {
    Q_OBJECT

    static std::unique_ptr<RunBench> bench(int maxAttempts = 1) {
        auto knobs = plainKnobs(1);
        knobs.maxAttempts = maxAttempts;
        auto run = std::make_unique<RunBench>(1, knobs);
        run->scheduler->start();
        run->peer(0).sent();
        return run;
    }

private Q_SLOTS:
    void aCutStreamIsAFailureWithItsPartialTextKept() {
        const auto run = bench();
        run->peer(0).head();
        run->peer(0).bytes(content);
        run->peer(0).end(); // the body is complete as far as HTTP goes
        const auto& result = run->resultOf("r0");
        QCOMPARE(word(result.outcome.kind), word(OutcomeKind::CutStream));
        QCOMPARE(result.completion.text, std::string("part"));
    }

    void aConnectionThatEndsInsideTheBodyIsACutStream() {
        const auto run = bench();
        run->peer(0).head();
        run->peer(0).bytes(content);
        run->peer(0).fail(OutcomeKind::CutStream, "the connection ended inside the body");
        QCOMPARE(word(run->resultOf("r0").outcome.kind), word(OutcomeKind::CutStream));
        QCOMPARE(run->resultOf("r0").outcome.message, std::string("the connection ended inside the body"));
    }

    void aConnectionThatEndsAfterTheTerminalDoesNotUndoTheSuccess() {
        const auto run = bench();
        run->peer(0).head();
        run->peer(0).bytes(content + done);
        run->peer(0).fail(OutcomeKind::CutStream);
        QVERIFY(run->resultOf("r0").outcome.success());
    }

    void anErrorEventIsAFailureEvenWithATerminalBehindIt() {
        const auto run = bench();
        run->peer(0).head();
        run->peer(0).bytes(content + "data: {\"error\":{\"message\":\"overloaded\",\"code\":503}}\n\n" + done);
        run->peer(0).end();
        const auto& result = run->resultOf("r0");
        QCOMPARE(word(result.outcome.kind), word(OutcomeKind::ErrorEvent));
        QCOMPARE(result.outcome.message, std::string("overloaded"));
        QCOMPARE(run->recorder.spans.at(0).wastedTokens, std::int64_t{1});
    }

    void aWebPageInA200IsNotAStreamAndIsNotReadToItsEnd() {
        const auto run = bench();
        run->peer(0).head(200, "text/html");
        run->peer(0).bytes("<!doctype html><title>Sign in</title>");
        if (run->peer(0).live()) run->peer(0).end();
        QCOMPARE(word(run->resultOf("r0").outcome.kind), word(OutcomeKind::NotAStream));
    }

    void aLineBeyondItsBoundFailsThisRequestAlone() {
        auto knobs = plainKnobs(1);
        knobs.maxLineBytes = 64;
        RunBench run(2, knobs);
        run.scheduler->start();
        run.peer(0).sent();
        run.peer(0).head();
        run.peer(0).bytes("data: " + std::string(100, 'x'));
        QCOMPARE(word(run.resultOf("r0").outcome.kind), word(OutcomeKind::TooLarge));
        QVERIFY(!run.peer(0).live());
        run.peer(1).sent();
        run.peer(1).head();
        run.peer(1).bytes("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n" + done);
        run.peer(1).end();
        QVERIFY(run.resultOf("r1").outcome.success());
    }

    void anErrorStatusCarriesTheServersWords_data() {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("kind");
        QTest::newRow("401") << 401 << static_cast<int>(OutcomeKind::Rejected);
        QTest::newRow("404") << 404 << static_cast<int>(OutcomeKind::Rejected);
        QTest::newRow("429") << 429 << static_cast<int>(OutcomeKind::Throttled);
        QTest::newRow("500") << 500 << static_cast<int>(OutcomeKind::ServerError);
        QTest::newRow("503") << 503 << static_cast<int>(OutcomeKind::ServerError);
        QTest::newRow("529") << 529 << static_cast<int>(OutcomeKind::Throttled);
    }
    void anErrorStatusCarriesTheServersWords() {
        QFETCH(int, status);
        QFETCH(int, kind);
        const auto run = bench();
        run->peer(0).head(status, "application/json");
        run->peer(0).bytes(R"({"error":{"message":"no such thing","code":"why"}})");
        run->peer(0).end();
        const auto& outcome = run->resultOf("r0").outcome;
        QCOMPARE(static_cast<int>(outcome.kind), kind);
        QCOMPARE(outcome.status, status);
        QCOMPARE(outcome.code, std::string("why"));
        QCOMPARE(outcome.message, "HTTP " + std::to_string(status) + ": no such thing");
    }

    void aServerThatRepeatsAKeyGetsItIntoNoOutcome() {
        const auto run = bench();
        run->peer(0).head(401, "application/json");
        run->peer(0).bytes(R"({"error":{"message":"2 wrong: Bearer sk-test-0123456789 and hush-hush, key hf-0123456789","code":"sk-test-0123456789"}})");
        run->peer(0).end();
        const auto& outcome = run->resultOf("r0").outcome;
        for (const auto* secret : {"sk-test-0123456789", "hush-hush", "hf-0123456789"}) {
            QCOMPARE(outcome.message.find(secret), std::string::npos);
            QCOMPARE(outcome.code.find(secret), std::string::npos);
        }
        QVERIFY(outcome.message.find("2 wrong") != std::string::npos); // too short a value to be told from other text
    }

    void anErrorBodyIsBounded() {
        const auto run = bench();
        run->peer(0).head(500, "text/plain");
        for (int i = 0; i < 100; ++i) run->peer(0).bytes(std::string(10'000, 'x'));
        run->peer(0).end();
        QVERIFY(run->resultOf("r0").outcome.message.size() < 600);
    }

    void aRetriedRequestWastesTheTokensOfItsFirstAttempt() {
        const auto run = bench(2);
        run->peer(0).head();
        run->peer(0).bytes(content + content + content);
        run->peer(0).end();
        run->clock.advance(500ms);
        run->peer(1).answer();
        QCOMPARE(run->recorder.spans.at(0).retryCause, std::string("cut_stream"));
        QCOMPARE(run->recorder.spans.at(0).wastedTokens, std::int64_t{3});
        QCOMPARE(run->recorder.spans.at(1).wastedTokens, std::int64_t{0});
        QCOMPARE(word(run->recorder.spans.at(1).usage.kind), word(UsageKind::Exact));
    }

    void eachAttemptHasItsOwnSpanIdUnderOneRootAndTheServerIsToldIt() {
        const auto run = bench(2);
        run->peer(0).fail(OutcomeKind::ConnectionLost);
        run->clock.advance(500ms);
        run->peer(1).answer();
        const auto &first = run->recorder.spans.at(0), &second = run->recorder.spans.at(1);
        QCOMPARE(first.parentId, second.parentId);
        QVERIFY(first.spanId != second.spanId);
        QCOMPARE(run->peer(0).request().headers.at(0).first, std::string("traceparent"));
        QCOMPARE(run->peer(0).request().headers.at(0).second, "00-" + std::string(32, 'a') + "-" + first.spanId + "-01");
    }
};

QTEST_APPLESS_MAIN(TestAttemptEndings)
#include "tst_attempt_endings.moc"
