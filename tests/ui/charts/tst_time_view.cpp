#include "ui/charts/time_view.h"

#include <QSignalSpy>
#include <QTest>

using penstock::ui::TimeView;

class TestTimeView : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void itFollowsTheNewestMoment() {
        TimeView view;
        view.setRun(0, 100);
        QCOMPARE(view.to(), 100.0);
        QCOMPARE(view.from(), 70.0);
        view.setRun(0, 101);
        QCOMPARE(view.to(), 101.0);
    }

    void frozenItStaysWhereItWasWhileTheRunGoesOn() {
        TimeView view;
        view.setRun(0, 100);
        view.setFollowing(false);
        view.setRun(0, 130);
        QCOMPARE(view.to(), 100.0);
        QCOMPARE(view.span(), 30.0);
        view.setFollowing(true);
        QCOMPARE(view.to(), 130.0);
    }

    void scrollingBackLeavesFollowingAndEndsAtTheBeginning() {
        TimeView view;
        view.setRun(0, 100);
        view.scrollBy(-20);
        QVERIFY(!view.following());
        QCOMPARE(view.to(), 80.0);
        view.scrollBy(-1000);
        QCOMPARE(view.from(), 0.0);
    }

    void reachingTheNewestMomentFollowsAgain() {
        TimeView view;
        view.setRun(0, 100);
        view.scrollBy(-20);
        view.scrollBy(30);
        QVERIFY(view.following());
    }

    void aDragThatReachesTheEndHoldsUntilItIsOver() {
        TimeView view;
        view.setRun(0, 100);
        view.scrollBy(-20);
        view.scrollBy(30, true);
        QVERIFY(!view.following());
        view.scrollBy(0);
        QVERIFY(view.following());
    }

    void theWholeRunShowsAll() {
        TimeView view;
        view.setRun(0, 500);
        view.setRange(TimeView::Range::WholeRun);
        QCOMPARE(view.from(), 0.0);
        QCOMPARE(view.to(), 500.0);
    }

    void theCrosshairIsOneForAll() {
        TimeView view;
        QSignalSpy moved(&view, &TimeView::crosshairMoved);
        view.setRun(0, 100);
        view.setCrosshair(90.0);
        QCOMPARE(moved.count(), 1);
        QCOMPARE(*view.crosshair(), 90.0);
        view.moveCrosshair(-5);
        QCOMPARE(*view.crosshair(), 85.0);
        view.setCrosshair(std::nullopt);
        view.moveCrosshair(-1); // begins at the right edge
        QCOMPARE(*view.crosshair(), 99.0);
    }
};

QTEST_APPLESS_MAIN(TestTimeView)
#include "tst_time_view.moc"
