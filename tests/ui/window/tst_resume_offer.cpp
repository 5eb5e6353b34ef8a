#include "tests/ui/support/window_bench.h"
#include "ui/window/resume_offer.h"

#include <QAccessible>
#include <QDir>

using namespace penstock;
using namespace penstock::ui;
using namespace penstock::test;

/// What a crash left in the runs' folder is offered at the next start, once, and only what nobody writes.
class TestResumeOffer : public QObject, WindowBench {
    Q_OBJECT

    Banner& bar() const { return *window_->findChildren<Banner*>().at(1); }
    QToolButton* inBar(const QString& name) const {
        for (auto* found : bar().findChildren<QToolButton*>())
            if (found->isVisible() && found->accessibleName() == name) return found;
        return nullptr;
    }
    QString cutOff(const QString& name) const { return runsFolder() + QLatin1Char('/') + name + QStringLiteral("/run.penstock"); }

    /// Leaves a run as a crash does: some requests of sixty have their result, and its session has no end. The run that it is of
    /// is live and paused still.
    void crash(const QStringList& names) {
        open(1, 1);
        QVERIFY(session_->start().ok());
        QTRY_VERIFY_WITH_TIMEOUT(session_->snapshot() && session_->snapshot()->successes > 2, patience);
        session_->setPaused(true);
        QTRY_VERIFY_WITH_TIMEOUT(session_->snapshot()->state == RunState::Paused && live() == 0 && session_->overview(), patience);
        for (const auto& name : names) {
            QVERIFY(QDir().mkpath(QFileInfo(cutOff(name)).path()));
            std::optional<bool> copied;
            session_->archive().exportTo(RunArchive::ExportKind::RunFile, cutOff(name).toStdString(), {}, [&](const auto& written) { copied = written.ok(); });
            QTRY_VERIFY_WITH_TIMEOUT(copied, patience);
            QVERIFY(*copied);
        }
    }
    std::vector<CutOffRun> found() {
        RunArchive archive;
        std::optional<std::vector<CutOffRun>> runs;
        archive.cutOff({runsFolder().toStdString()}, [&](const Result<std::vector<CutOffRun>>& told) { runs = *told; });
        if (!QTest::qWaitFor([&] { return runs.has_value(); }, patience)) qFatal("no answer");
        return *runs;
    }
    /// A window that has looked.
    void start() {
        open(1);
        // Answers of the archive come in the order of its calls.
        bool looked = false;
        session_->archive().cutOff({}, [&](const auto&) { looked = true; });
        QTRY_VERIFY_WITH_TIMEOUT(looked, patience);
    }

public:
    TestResumeOffer()
        : WindowBench(60) {}

private Q_SLOTS:
    void init() {
        startServer();
        QVERIFY(!QDir(runsFolder()).exists() || QDir(runsFolder()).removeRecursively());
    }
    void cleanup() { closeAll(); }

    void aRunThatIsBeingWrittenIsNoCutOffRun() {
        crash({QStringLiteral("crashed")});
        const auto runs = found();
        QCOMPARE(runs.size(), 1u);
        QCOMPARE(QString::fromStdString(runs[0].path), cutOff(QStringLiteral("crashed")));
        QVERIFY(runs[0].requests > 2 && runs[0].requests < 60);
        QCOMPARE(runs[0].session, 1);
        // Once it was stopped it has its end, and is no matter of a crash either.
        end();
        QTRY_VERIFY_WITH_TIMEOUT(session_->overview() && !session_->overview()->live, patience);
        QVERIFY(!session_->overview()->complete);
        QCOMPARE(found().size(), 1u);
    }

    void resumeAnswersTheRestIntoTheSameFile() {
        crash({QStringLiteral("crashed")});
        const auto had = found().at(0).requests;
        end();
        start();
        QVERIFY(bar().isVisible());
        QVERIFY2(bar().sentence().contains(QStringLiteral("was cut off after %1 requests").arg(had)), qPrintable(bar().sentence()));
        QVERIFY(session_->phase() == RunSession::Phase::Ready);
        const int before = requests();
        QTest::mouseClick(inBar(QStringLiteral("Resume")), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(session_->phase() == RunSession::Phase::Ended && session_->overview() && session_->overview()->complete, patience);
        QVERIFY(!bar().isVisible());
        QCOMPARE(session_->file(), cutOff(QStringLiteral("crashed")));
        QCOMPARE(session_->overview()->requests, 60u);
        QCOMPARE(requests() - before, static_cast<int>(60 - had));
        QVERIFY(found().empty());
    }

    void openShowsItAndOffersItNoMore() {
        crash({QStringLiteral("crashed")});
        end();
        start();
        QTest::mouseClick(inBar(QStringLiteral("Open")), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(session_->phase() == RunSession::Phase::Viewing, patience);
        QCOMPARE(session_->file(), cutOff(QStringLiteral("crashed")));
        QVERIFY(!bar().isVisible());
        QVERIFY(banner().contains(QStringLiteral("This run is not complete")));
    }

    void whatIsDismissedIsNotOfferedAgain() {
        crash({QStringLiteral("one")});
        end();
        start();
        QVERIFY(bar().isVisible());
        QTest::mouseClick(inBar(QStringLiteral("Dismiss this message")), Qt::LeftButton);
        QVERIFY(!bar().isVisible());
        QCOMPARE(found().size(), 1u);
        start();
        QVERIFY(!bar().isVisible());
    }

    void severalAreOfferedOneAfterTheOther() {
        crash({QStringLiteral("one"), QStringLiteral("two")});
        end();
        start();
        QVERIFY2(bar().sentence().contains(QStringLiteral("1 more")), qPrintable(bar().sentence()));
        picture(QStringLiteral("resume_offer"));
        QTest::mouseClick(inBar(QStringLiteral("Open")), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(session_->phase() == RunSession::Phase::Viewing, patience);
        QVERIFY(bar().isVisible());
        QVERIFY2(!bar().sentence().contains(QStringLiteral("1 more")), qPrintable(bar().sentence()));
    }

    void nothingIsOfferedWhileARunIsLive() {
        crash({QStringLiteral("crashed")});
        end();
        start();
        QVERIFY(bar().isVisible());
        QVERIFY(session_->start().ok());
        QVERIFY(!bar().isVisible());
        end();
        QTRY_VERIFY_WITH_TIMEOUT(bar().isVisible(), patience);
    }

    void withNothingCutOffThereIsNoBar() {
        start();
        QVERIFY(!bar().isVisible());
    }
};

QTEST_MAIN(TestResumeOffer)
#include "tst_resume_offer.moc"
