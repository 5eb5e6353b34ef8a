#include "model_dump.h"
#include "ui/tables/log_filter.h"
#include "ui/tables/log_model.h"
#include "ui/tables/log_sink.h"
#include "ui/tables/log_view.h"
#include "ui/tables/table_view.h"

#include <QAbstractItemModelTester>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <spdlog/logger.h>

#include <thread>

using namespace penstock::ui;

namespace {

LogIntake::Batch batch(std::vector<std::string> messages, LogLevel level = LogLevel::Info) {
    LogIntake::Batch out;
    for (auto& each : messages)
        out.entries.push_back({{}, level, "topic", std::move(each)});
    return out;
}

} // namespace

class TestLog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theOldestLinesAreForgottenWhenTheRingIsFull() {
        LogModel model(3);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        model.append(batch({"a", "b"}));
        model.append(batch({"c", "d"}));
        QCOMPARE(dump(model, {LogModel::Level, LogModel::Topic, LogModel::Message}),
                 QStringLiteral("info | topic | b\ninfo | topic | c\ninfo | topic | d"));
        QCOMPARE(model.forgotten(), std::size_t(1));
        model.append(batch({"1", "2", "3", "4", "5"}));
        QCOMPARE(dump(model, {LogModel::Message}), QStringLiteral("3\n4\n5"));
        QCOMPARE(model.forgotten(), std::size_t(6));
    }

    void linesOfManyThreadsAllArriveEachThreadsInOrder() {
        LogModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        QSignalSpy inserts(&model, &QAbstractItemModel::rowsInserted);
        {
            auto logger = std::make_shared<spdlog::logger>("engine", std::make_shared<LogSink>(model.intake()));
            logger->set_level(spdlog::level::trace);
            std::vector<std::thread> threads;
            for (int t = 0; t < 4; ++t)
                threads.emplace_back([logger, t] {
                    for (int i = 0; i < 500; ++i)
                        logger->warn("{} {}", t, i);
                });
            for (auto& each : threads)
                each.join();
        }
        QTRY_COMPARE_WITH_TIMEOUT(model.rowCount(), 2000, 10000);
        QVERIFY2(inserts.count() < 100, "lines that came meanwhile are taken together");
        std::vector<int> next(4, 0);
        for (int row = 0; row < model.rowCount(); ++row) {
            const auto words = model.index(row, LogModel::Message).data().toString().split(QLatin1Char(' '));
            QCOMPARE(words[1].toInt(), next[static_cast<std::size_t>(words[0].toInt())]++);
        }
        QCOMPARE(model.index(0, LogModel::Topic).data().toString(), QStringLiteral("engine"));
        QCOMPARE(model.index(0, LogModel::Level).data().toString(), QStringLiteral("\u26a0 warning"));
    }

    void aLineAfterTheViewIsGoneHarmsNothing() {
        std::shared_ptr<LogIntake> intake;
        {
            LogModel model;
            intake = model.intake();
            intake->add({{}, LogLevel::Info, "t", "waiting"});
        }
        intake->add({{}, LogLevel::Info, "t", "late"});
        QCoreApplication::processEvents();
    }

    void aLongLineIsCutAndStaysPlain() {
        LogModel model;
        model.intake()->add({{}, LogLevel::Error, "t", "<b>\x1b" + std::string(10000, 'x')});
        QTRY_COMPARE_WITH_TIMEOUT(model.rowCount(), 1, 5000);
        const auto text = model.index(0, LogModel::Message).data().toString();
        QCOMPARE(text.size(), qsizetype(4096 + 1));
        QVERIFY(text.startsWith(QStringLiteral("<b>\u241b")));
    }

    void levelAndSearchNarrowWhatIsShown() {
        LogView view;
        view.model().append(batch({"opened connection 1"}, LogLevel::Debug));
        view.model().append(batch({"retry of req 7"}, LogLevel::Warning));
        view.model().append(batch({"disk full"}, LogLevel::Error));
        QCOMPARE(view.table().model()->rowCount(), 3);
        view.setLeastLevel(LogLevel::Warning);
        QCOMPARE(view.table().model()->rowCount(), 2);
        view.setSearch(QStringLiteral("REQ 7"));
        QCOMPARE(dump(*view.table().model(), {LogModel::Message}), QStringLiteral("retry of req 7"));
        view.setSearch(QStringLiteral("nowhere"));
        QCOMPARE(view.table().emptyTitle(), QStringLiteral("No line matches"));
    }

    void itFollowsTheNewestLineUntilAPersonScrollsUp() {
        LogView view;
        view.resize(600, 200);
        view.show();
        for (int i = 0; i < 100; ++i)
            view.model().append(batch({std::to_string(i)}));
        QCoreApplication::processEvents();
        auto* bar = view.table().verticalScrollBar();
        QTRY_COMPARE_WITH_TIMEOUT(bar->value(), bar->maximum(), 5000);
        bar->triggerAction(QAbstractSlider::SliderPageStepSub);
        QVERIFY(!view.following());
        const int place = bar->value();
        view.model().append(batch({"more"}));
        QCoreApplication::processEvents();
        QCOMPARE(bar->value(), place);
        bar->triggerAction(QAbstractSlider::SliderToMaximum);
        QVERIFY(view.following());
    }

    void savingWritesWhatIsShownAndSaysWhyWhenItCannot() {
        QTemporaryDir folder;
        LogView view;
        view.model().append(batch({"kept"}, LogLevel::Error));
        view.model().append(batch({"left out"}, LogLevel::Info));
        view.setLeastLevel(LogLevel::Error);
        QSignalSpy saved(&view, &LogView::saved);
        view.saveTo(folder.filePath(QStringLiteral("a.log")));
        QTRY_COMPARE_WITH_TIMEOUT(saved.count(), 1, 10000);
        QVERIFY(saved[0][1].toString().isEmpty());
        QFile file(folder.filePath(QStringLiteral("a.log")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto text = QString::fromUtf8(file.readAll());
        QVERIFY(text.endsWith(QStringLiteral("\u2715 error\ttopic\tkept\n")) &&
                !text.contains(QStringLiteral("left out")));
        view.saveTo(folder.filePath(QStringLiteral("missing/a.log")));
        QTRY_COMPARE_WITH_TIMEOUT(saved.count(), 2, 10000);
        QVERIFY(saved[1][1].toString().startsWith(QStringLiteral("The log was not saved")));
    }
};

QTEST_MAIN(TestLog)
#include "tst_log.moc"
