#include "engine/admission/backoff.h"
#include "engine/admission/retry_policy.h"

#include <QTest>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

Outcome ending(OutcomeKind kind, int status = 0) {
    Outcome outcome;
    outcome.kind = kind;
    outcome.status = status;
    return outcome;
}

Knobs withoutJitter() {
    Knobs knobs;
    knobs.jitter = Jitter::None;
    knobs.maxAttempts = 5;
    return knobs;
}

const Instant start{1000s};

} // namespace

class TestRetryPolicy final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theBoundDoublesUpToItsMaximum() {
        Knobs knobs;
        knobs.backoffInitial = 500ms;
        knobs.backoffMax = 3s;
        QCOMPARE(backoffBound(1, knobs), Nanos(500ms));
        QCOMPARE(backoffBound(2, knobs), Nanos(1s));
        QCOMPARE(backoffBound(3, knobs), Nanos(2s));
        QCOMPARE(backoffBound(4, knobs), Nanos(3s));
        QCOMPARE(backoffBound(1'000'000, knobs), Nanos(3s));
    }

    void fullJitterIsUniformBetweenZeroAndTheBound() {
        Knobs knobs;
        knobs.backoffInitial = 1s;
        QCOMPARE(backoffWait(1, knobs, 0.0), Nanos(0s));
        QCOMPARE(backoffWait(1, knobs, 0.25), Nanos(250ms));
        QCOMPARE(backoffWait(2, knobs, 0.5), Nanos(1s));
        knobs.jitter = Jitter::None;
        QCOMPARE(backoffWait(2, knobs, 0.5), Nanos(2s));
    }

    void drawsStayBelowTheBoundAndAreReproducible() {
        Knobs knobs;
        knobs.maxAttempts = 100;
        const auto a = makeAttemptsPolicy(7), b = makeAttemptsPolicy(7);
        const auto outcome = ending(OutcomeKind::ServerError, 500);
        Nanos sum{0};
        for (int i = 0; i < 1000; ++i) {
            const auto first = a->decide({outcome, 1, start, start}, knobs), second = b->decide({outcome, 1, start, start}, knobs);
            QVERIFY(first.wait && *first.wait >= 0s && *first.wait < knobs.backoffInitial);
            QCOMPARE(*first.wait, *second.wait);
            sum += *first.wait;
        }
        // The mean of 1000 uniform draws lies within four standard errors (36 ms) of half the bound.
        QVERIFY(std::chrono::abs(sum / 1000 - knobs.backoffInitial / 2) < 20ms);
    }

    void attemptsAreBounded() {
        const auto policy = makeAttemptsPolicy(1);
        const auto knobs = withoutJitter();
        const auto outcome = ending(OutcomeKind::ConnectFailed);
        QVERIFY(policy->decide({outcome, 4, start, start}, knobs).wait.has_value());
        const auto last = policy->decide({outcome, 5, start, start}, knobs);
        QVERIFY(!last.wait.has_value());
        QCOMPARE(last.refusal, std::string("given up after 5 attempts"));
    }

    void whatWouldEndTheSameIsNotRetried() {
        const auto policy = makeAttemptsPolicy(1);
        for (const auto kind : {OutcomeKind::Success, OutcomeKind::Rejected, OutcomeKind::TlsFailed, OutcomeKind::DeadlineExceeded,
                                OutcomeKind::NotAStream, OutcomeKind::TooLarge, OutcomeKind::CancelledByUser,
                                OutcomeKind::CancelledUpstream, OutcomeKind::Shed}) {
            const auto decision = policy->decide({ending(kind), 1, start, start}, withoutJitter());
            QVERIFY(!decision.wait.has_value());
            QVERIFY(decision.refusal.empty());
        }
    }

    void retryAfterIsTheLeastWaitAndOneThatIsTooLongIsNotWaitedFor() {
        const auto policy = makeAttemptsPolicy(1);
        auto knobs = withoutJitter();
        knobs.retryAfterMax = 60s;
        auto outcome = ending(OutcomeKind::Throttled, 429);
        outcome.retryAfter = 7s;
        QCOMPARE(*policy->decide({outcome, 1, start, start}, knobs).wait, Nanos(7s + 500ms));
        outcome.retryAfter = 61s;
        const auto refused = policy->decide({outcome, 1, start, start}, knobs);
        QVERIFY(!refused.wait.has_value());
        QCOMPARE(refused.refusal, std::string("the server asks to wait 61 s, beyond retry-after-max"));
    }

    void aRetryThatCouldNotStartBeforeTheDeadlineIsNotWaitedFor() {
        const auto policy = makeAttemptsPolicy(1);
        auto knobs = withoutJitter();
        knobs.deadline = 10s;
        knobs.backoffInitial = 1s;
        const auto outcome = ending(OutcomeKind::ServerError, 500);
        QVERIFY(policy->decide({outcome, 1, start, start + 8999ms}, knobs).wait.has_value());
        QVERIFY(!policy->decide({outcome, 1, start, start + 9s}, knobs).wait.has_value());
    }

    void aStaleConnectionIsRetriedAtOnce() {
        const auto policy = makeAttemptsPolicy(1);
        QCOMPARE(*policy->decide({ending(OutcomeKind::StaleConnection), 1, start, start}, withoutJitter()).wait, Nanos(0s));
    }
};

QTEST_APPLESS_MAIN(TestRetryPolicy)
#include "tst_retry_policy.moc"
