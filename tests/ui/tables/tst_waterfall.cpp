#include "ui/tables/waterfall.h"

#include <QTest>

using namespace penstock;
using namespace penstock::ui;

namespace {

QString dump(const std::vector<WaterfallPiece>& pieces) {
    static const char* names[] = {"queue", "connection", "first", "stream", "post", "backoff", "failed"};
    QStringList out;
    for (const auto& each : pieces)
        out << QStringLiteral("%1 %2-%3")
                   .arg(QLatin1String(names[static_cast<int>(each.kind)]))
                   .arg(each.from)
                   .arg(each.to);
    return out.join(QStringLiteral(", "));
}

} // namespace

class TestWaterfall : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aSuccessIsItsPartsInTheirOrder() {
        AttemptBar bar;
        bar.queued = 10;
        bar.admitted = 12;
        bar.sent = 12.5;
        bar.firstToken = 13;
        bar.lastToken = 17;
        bar.completed = 17.25;
        std::vector<WaterfallPiece> out;
        QCOMPARE(waterfallPieces({bar}, out), 7.25);
        QCOMPARE(dump(out), QStringLiteral("queue 0-2, connection 2-2.5, first 2.5-3, stream 3-7, post 7-7.25"));
    }

    void aFailedAttemptEndsHatchedAndItsRetryComesAfterThePause() {
        AttemptBar first;
        first.queued = 0;
        first.admitted = 1;
        first.sent = 1;
        first.completed = 1.5;
        first.outcome = OutcomeKind::Throttled;
        AttemptBar second;
        second.attempt = 2;
        second.queued = 2;
        second.admitted = 2.25;
        second.sent = 2.25;
        second.firstToken = 2.5;
        second.lastToken = 4;
        second.completed = 4;
        std::vector<WaterfallPiece> out;
        QCOMPARE(waterfallPieces({first, second}, out), 4.0);
        QCOMPARE(dump(out),
                 QStringLiteral("queue 0-1, failed 1-1.5, backoff 1.5-2, queue 2-2.25, first 2.25-2.5, stream 2.5-4"));
    }

    void aFailureOfNoLengthIsStillSeen() {
        AttemptBar bar;
        bar.queued = 0;
        bar.admitted = 1;
        bar.completed = 1;
        bar.outcome = OutcomeKind::ConnectFailed;
        std::vector<WaterfallPiece> out;
        waterfallPieces({bar}, out);
        QCOMPARE(dump(out), QStringLiteral("queue 0-1, failed 1-1"));
    }

    void aLiveRowGrowsToNow() {
        ActiveRequest request;
        request.queued = 5;
        request.admitted = 6;
        request.sent = 6.5;
        request.stage = ActiveRequest::Stage::AwaitingToken;
        std::vector<WaterfallPiece> out;
        QCOMPARE(waterfallPieces(request, 8, out), 3.0);
        QCOMPARE(dump(out), QStringLiteral("queue 0-1, connection 1-1.5, first 1.5-3"));
        request.firstToken = 7;
        QCOMPARE(waterfallPieces(request, 9, out), 4.0);
        QCOMPARE(dump(out), QStringLiteral("queue 0-1, connection 1-1.5, first 1.5-2, stream 2-4"));
    }

    void stampsOutOfOrderMakeNoNegativeBar() {
        AttemptBar bar;
        bar.queued = 5;
        bar.admitted = 4;
        bar.sent = 6;
        bar.completed = 5.5;
        std::vector<WaterfallPiece> out;
        waterfallPieces({bar}, out);
        for (const auto& each : out)
            QVERIFY(each.to >= each.from && each.from >= 0);
    }

    void theScaleHasRoundMarks() {
        QCOMPARE(waterfallStep(10, 5), 2.0);
        QCOMPARE(waterfallStep(7, 4), 2.0);
        QCOMPARE(waterfallStep(0.9, 5), 0.2);
        QCOMPARE(waterfallStep(41, 5), 10.0);
        QCOMPARE(waterfallStep(0, 5), 0.0);
    }
};

QTEST_MAIN(TestWaterfall)
#include "tst_waterfall.moc"
