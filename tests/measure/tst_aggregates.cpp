#include "engine/measure/aggregates.h"

#include <QTest>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

const Instant t0{1000h};

Span attemptOf(RequestId request, int number, OutcomeKind kind, std::string cause = {}) {
    Span span;
    span.request = request;
    span.attempt = number;
    span.outcome.kind = kind;
    span.retryCause = std::move(cause);
    span.stamps = {t0, t0 + 1s, t0 + 1s, t0 + 2s, t0 + 2s, t0 + 2s, t0 + 3s, t0 + 3s, t0 + 5s};
    span.contentEvents = 4;
    if (kind == OutcomeKind::Success)
        span.usage = {UsageKind::Exact, 10, 4, 14, {}, {}};
    else
        span.wastedTokens = 4;
    return span;
}

RequestResult endOf(RequestId id, OutcomeKind kind) {
    RequestResult result;
    result.id = id;
    result.outcome.kind = kind;
    return result;
}

} // namespace

class TestAggregates : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void countersRatesAndPercentilesAreThoseOfWhatCameIn() {
        Aggregates aggregates;
        aggregates.queued(t0);
        aggregates.queued(t0 + 1s);
        aggregates.attempt(attemptOf(0, 1, OutcomeKind::ServerError, "503"), {});
        aggregates.attempt(attemptOf(0, 2, OutcomeKind::Success), {});
        aggregates.result(endOf(0, OutcomeKind::Success));
        aggregates.attempt(attemptOf(1, 1, OutcomeKind::CutStream), {});
        aggregates.result(endOf(1, OutcomeKind::CutStream));
        aggregates.result(endOf(2, OutcomeKind::CancelledByUser));
        aggregates.result(endOf(3, OutcomeKind::CancelledUpstream));
        aggregates.result(endOf(4, OutcomeKind::Shed));

        Snapshot out;
        aggregates.fill(out, t0 + 10s, 3.6, 2);
        QCOMPARE(out.elapsedSeconds, 10.0);
        QCOMPARE(out.successes, 1u);
        QCOMPARE(out.failures, 1u);
        QCOMPARE(out.cancelled, 2u);
        QCOMPARE(out.shed, 1u);
        QCOMPARE(out.attempts, 3u);
        QCOMPARE(out.retries, 1u);
        QCOMPARE(out.retriesByCause, (std::map<std::string, std::uint64_t>{{"503", 1}}));
        QCOMPARE(out.contentEvents, 12u);
        QCOMPARE(out.inputTokens, 10);
        QCOMPARE(out.outputTokens, 4);
        QCOMPARE(out.wastedTokens, 8);
        QCOMPARE(out.tQueue.count, 3u);
        QVERIFY(std::abs(*out.tQueue.p50 - 1.0) < 1.0 / 128);
        QVERIFY(std::abs(*out.tFirstToken.p95 - 1.0) < 1.0 / 128);
        QCOMPARE(*out.successesPerHour, 360.0);
        QCOMPARE(*out.costPerSuccess, 0.01);
        QCOMPARE(*out.upperBoundPerHour, 600.0); // cap 2; three attempts of 4 s for one success
        QCOMPARE(out.ended, 4u);                 // all but the one that a person cancelled
    }

    void aPauseIsPaidForButNoGap() {
        Aggregates aggregates;
        aggregates.setPaused(true, t0 - 5s); // before anything was queued: no part of the window
        aggregates.setPaused(false, t0);
        aggregates.queued(t0);
        aggregates.segment(1, {}, t0, {});
        aggregates.setPaused(true, t0 + 2s);
        Snapshot out;
        aggregates.fill(out, t0 + 5s, 3.6, 2);
        QCOMPARE(out.pausedSeconds, 3.0);
        aggregates.setPaused(false, t0 + 6s);
        aggregates.attempt(attemptOf(0, 1, OutcomeKind::Success), {});
        aggregates.result(endOf(0, OutcomeKind::Success));
        aggregates.fill(out, t0 + 10s, 3.6, 2);
        QCOMPARE(out.pausedSeconds, 4.0);
        QCOMPARE(*out.successesPerHour, 360.0);
        aggregates.fill(out, t0 + 10s, t0 + 5s, 3.6, 2); // the window of a run that is over may end within a pause
        QCOMPARE(out.pausedSeconds, 3.0);
    }

    void aRetryThatWasPlannedButNeverMadeIsNotCounted() {
        Aggregates aggregates;
        aggregates.attempt(attemptOf(0, 1, OutcomeKind::Throttled, "429"), {});
        aggregates.result(endOf(0, OutcomeKind::DeadlineExceeded));
        Snapshot out;
        aggregates.fill(out, t0, 1, 1);
        QCOMPARE(out.retries, 0u);
        QVERIFY(out.retriesByCause.empty());
    }

    void anAttemptAfterAnInterruptedSessionCountsAsRestart() {
        Aggregates aggregates;
        aggregates.attempt(attemptOf(9, 3, OutcomeKind::Success), {});
        Snapshot out;
        aggregates.fill(out, t0, 1, 1);
        QCOMPARE(out.retries, 1u);
        QCOMPARE(out.retriesByCause, (std::map<std::string, std::uint64_t>{{"restart", 1}}));
    }

    void nothingMeasuredHasNoRates() {
        Snapshot out;
        Aggregates().fill(out, t0, 1, 1);
        QVERIFY(!out.successesPerHour && !out.costPerSuccess && !out.upperBoundPerHour);
        QVERIFY(!out.tQueue.p50);
    }
};

QTEST_GUILESS_MAIN(TestAggregates)
#include "tst_aggregates.moc"
