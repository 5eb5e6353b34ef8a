#include "engine/record/write_queue.h"
#include "tests/record/handmade_run.h"

#include <QTemporaryDir>
#include <QTest>

using namespace penstock;
using namespace penstock::record;
using namespace penstock::test;

namespace {

std::vector<Entry> entryOf(std::size_t bytes) {
    RequestResult result;
    result.completion.text.assign(bytes, 'x');
    std::vector<Entry> entries;
    entries.emplace_back(std::move(result));
    return entries;
}

} // namespace

class TestBackPressure : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theQueueIsFullAtItsBoundUntilTheBatchIsWritten() {
        int told = 0;
        WriteQueue queue(10'000, [&] { ++told; });
        QVERIFY(queue.hasRoom());
        queue.push(entryOf(6'000));
        QVERIFY(queue.hasRoom());
        queue.push(entryOf(6'000));
        QVERIFY(!queue.hasRoom());
        auto batch = queue.take();
        QCOMPARE(batch.entries.size(), 2u);
        QVERIFY(batch.bytes > 12'000);
        QVERIFY(!queue.hasRoom()); // taken is not written
        QCOMPARE(told, 0);
        queue.done(batch.bytes);
        QCOMPARE(told, 1);
        QVERIFY(queue.hasRoom());
    }

    void roomIsToldOnceAndOnlyToWhoWasRefused() {
        int told = 0;
        WriteQueue queue(10'000, [&] { ++told; });
        queue.push(entryOf(20'000));
        queue.done(queue.take().bytes);
        QCOMPARE(told, 0);
        queue.push(entryOf(20'000));
        QVERIFY(!queue.hasRoom());
        queue.done(queue.take().bytes);
        queue.push(entryOf(10));
        queue.done(queue.take().bytes);
        QCOMPARE(told, 1);
    }

    void roomIsToldWhenHalfOfTheBoundIsFree() {
        int told = 0;
        WriteQueue queue(20'000, [&] { ++told; });
        queue.push(entryOf(12'000));
        const auto first = queue.take();
        queue.push(entryOf(12'000));
        QVERIFY(!queue.hasRoom());
        queue.done(first.bytes); // 12 KB still wait
        QCOMPARE(told, 0);
        queue.done(queue.take().bytes);
        QCOMPARE(told, 1);
    }

    void whatIsPushedTogetherIsTakenTogetherWithTheLatestTotals() {
        WriteQueue queue(1000, [] {});
        SessionTotals early;
        early.attemptsStarted = 1;
        early.itl = std::make_shared<const std::vector<Bucket>>(1);
        SessionTotals late;
        late.attemptsStarted = 2;
        queue.push(entryOf(1), early);
        queue.push(entryOf(1), late);
        const auto batch = queue.take();
        QCOMPARE(batch.entries.size(), 2u);
        QCOMPARE(batch.totals->attemptsStarted, 2u);
        QVERIFY(batch.totals->itl != nullptr);
    }

    void aFullRecorderSaysSoThenCallsBackOnTheEngineThreadAndLosesNothing() {
        QTemporaryDir temporary;
        auto options = optionsFor(temporary.path() + "/out");
        options.queueBytes = 50'000;
        auto recorder = createRecorder(options, someRun(), {});
        QVERIFY(recorder.ok());
        int told = 0;
        const auto* here = QThread::currentThread();
        const QThread* there = nullptr;
        (*recorder)->setOnRoom([&] {
            ++told;
            there = QThread::currentThread();
        });
        RequestId id = 0;
        while ((*recorder)->hasRoom() || id < 200) {
            RequestResult result;
            result.id = id++;
            result.customId = std::to_string(result.id);
            result.outcome.kind = OutcomeKind::Shed;
            result.outcome.message.assign(30'000, 'x');
            result.ended = epoch;
            (*recorder)->result(result);
        }
        QCOMPARE(told, 0); // never from inside a call
        QTRY_COMPARE_WITH_TIMEOUT(told, 1, 30'000);
        QCOMPARE(there, here);
        QVERIFY((*recorder)->hasRoom());
        const auto summary = (*recorder)->close({}, true);
        QVERIFY(summary.ok());
        QCOMPARE(summary->shed, id);
    }
};

QTEST_GUILESS_MAIN(TestBackPressure)
#include "tst_back_pressure.moc"
