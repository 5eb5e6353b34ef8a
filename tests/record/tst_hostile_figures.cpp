// Run files whose figures were put there by who knows whom, by half an end, or by a version of before.
#include "engine/record/segment_replay.h"
#include "tests/record/reader_bench.h"

#include <QElapsedTimer>

using namespace penstock;
using namespace penstock::record;
using namespace penstock::test;

class TestHostileFigures : public QObject, private ReaderBench {
    Q_OBJECT

    /// Two settings, both with figures.
    QString twoSettings() {
        const auto folder = newFolder();
        auto recorder = create(folder);
        SessionTotals totals;
        totals.firstQueued = at(0);
        recorder->segment(someSegment(1, 2));
        recorder->segment(someSegment(2, 4, std::chrono::milliseconds{500}));
        for (RequestId id = 0; id < 10; ++id) {
            const auto begin = static_cast<int>(id) * 100;
            const auto span = once(id, id < 5 ? 1 : 2, begin, begin, begin + 90);
            recorder->span(span, totals);
            recorder->result(resultOf(span, "x"));
        }
        if (!recorder->close(totals, true)) qFatal("cannot close");
        return folder;
    }
    void change(const QString& folder, const QString& sql) {
        auto file = RunFile::openToAmend(inFolder(folder));
        if (!file) qFatal("%s", file.error().message.c_str());
        if (auto status = (*file)->exec(sql.toUtf8().constData()); !status) qFatal("%s", status.error().message.c_str());
    }
    void compare(const QString& folder, const RunOverview& good) {
        const auto run = readOverview(*reading(folder));
        QVERIFY2(run.ok(), run ? "" : run.error().message.c_str());
        QCOMPARE(run->segments.size(), good.segments.size());
        for (std::size_t i = 0; i < good.segments.size(); ++i) {
            QCOMPARE(run->segments[i].number, good.segments[i].number);
            QCOMPARE(run->segments[i].start, good.segments[i].start);
            QCOMPARE(run->segments[i].end, good.segments[i].end);
            QCOMPARE(run->segments[i].successes, good.segments[i].successes);
            QCOMPARE(run->segments[i].costPerSuccess, good.segments[i].costPerSuccess);
        }
        QCOMPARE(run->lengthSeconds, good.lengthSeconds);
        QVERIFY(run->summary.has_value());
        QCOMPARE(summaryJson(*run->summary), summaryJson(*good.summary));
    }

private Q_SLOTS:
    void aPartOfTheSettingsFiguresIsNotTakenForAll() {
        const auto folder = twoSettings();
        const auto good = readOverview(*reading(folder));
        QVERIFY(good.ok());
        QCOMPARE(good->segments.size(), 2u);
        QVERIFY(*storedSegments(*reading(folder)));
        for (const char* lost : {"1", "2"}) {
            const auto part = twoSettings();
            change(part, QString("UPDATE segments SET figures = NULL WHERE number = ") + lost);
            QVERIFY(!*storedSegments(*reading(part)));
            compare(part, *good);
        }
    }

    void theEndIsOneTransaction() {
        // What a reader finds at any moment while a run ends is all of the end or nothing of it.
        const auto folder = newFolder();
        auto recorder = create(folder);
        recorder->segment(someSegment(1, 2));
        for (RequestId id = 0; id < 3000; ++id) {
            const auto begin = static_cast<int>(id);
            const auto span = once(id, 1, begin, begin, begin + 5);
            recorder->span(span, {});
            recorder->result(resultOf(span, "x"));
        }
        (void)recorder->storedAnswer(0);
        std::atomic<bool> over{false};
        std::atomic<int> looks{0}, halves{0};
        std::thread reader([&] {
            while (!over) {
                if (const auto file = RunFile::openToRead(inFolder(folder))) {
                    const auto parts = (*file)->value(
                        "SELECT (SELECT max(closed) FROM sessions) + (SELECT complete FROM run) + (SELECT summary IS NOT NULL FROM run)"
                        " + (SELECT figures IS NOT NULL FROM segments)");
                    if (parts && parts->toInt() != 0 && parts->toInt() != 4) ++halves;
                }
                ++looks;
            }
        });
        QTRY_VERIFY_WITH_TIMEOUT(looks > 0, 10'000);
        QVERIFY(recorder->close({}, true).ok());
        over = true;
        reader.join();
        QCOMPARE(halves.load(), 0);
    }

    void figuresThatCannotBeAreWorkedOutAnew_data() {
        QTest::addColumn<QString>("sql");
        const auto figure = [](const char* name, const char* value) {
            QTest::addRow("%s %s", name, value)
                << QString("UPDATE segments SET figures = json_set(figures, '$.%1', json('%2')) WHERE number = 1").arg(name, value);
        };
        figure("end", "1e300");
        figure("end", "-1");
        figure("start", "1e9");
        figure("settling_seconds", "-0.5");
        figure("window_seconds", "315360001");
        figure("gap_seconds", "1e300");
        figure("successes", "-4");
        figure("success_rate", "-1");
        figure("cost_per_success", "-3");
        figure("cost_interval", "[2, 1]");
        figure("t_first_token.p95", "1e300");
        const auto summary = [](const char* name, const char* value) {
            QTest::addRow("summary %s %s", name, value)
                << QString("UPDATE run SET summary = json_set(summary, '$.%1', json('%2'))").arg(name, value);
        };
        summary("window_seconds", "1e300");
        summary("window_seconds", "-1");
        summary("max_concurrency", "9999999999");
        summary("in_flight_peak", "-1");
        summary("wasted_tokens", "-1");
        summary("input_tokens", "18446744073709551615");
        summary("t_in_flight.mean", "-2");
        summary("cost_per_success", "-1");
    }
    void figuresThatCannotBeAreWorkedOutAnew() {
        QFETCH(QString, sql);
        const auto folder = twoSettings();
        const auto good = readOverview(*reading(folder));
        QVERIFY(good.ok());
        change(folder, sql);
        compare(folder, *good);
    }

    void stampsThatCannotBeAreToldAndCrashNothing_data() {
        QTest::addColumn<QString>("sql");
        for (const char* sql : {"UPDATE attempts SET released_ns = 9223372036854775807 WHERE request = 3",
                                "UPDATE attempts SET queued_ns = -9223372036854775807 WHERE request = 3",
                                "UPDATE attempts SET first_token_ns = 1e300 WHERE request = 3",
                                "UPDATE attempts SET completed_ns = 'soon' WHERE request = 3",
                                "UPDATE requests SET ended_ns = 9223372036854775807 WHERE request = 3",
                                "UPDATE sessions SET gap_ns = 9223372036854775807",
                                "INSERT INTO pauses(session, start_ns, end_ns) VALUES(1, -9223372036854775807, 9223372036854775807)",
                                "UPDATE sessions SET first_queued_ns = -9223372036854775807",
                                "UPDATE segments SET start_ns = 9223372036854775807 WHERE number = 2"})
            QTest::newRow(sql) << QString(sql);
    }
    void stampsThatCannotBeAreToldAndCrashNothing() {
        QFETCH(QString, sql);
        const auto folder = twoSettings();
        change(folder, "UPDATE run SET summary = NULL");
        change(folder, "UPDATE segments SET figures = NULL");
        change(folder, sql);
        const auto file = reading(folder);
        const auto run = readOverview(*file);
        QVERIFY(!run.ok());
        QVERIFY2(run.error().message.find("damaged") != std::string::npos, run.error().message.c_str());
        // What does not need the stamp may still be shown, within bounds.
        if (const auto page = RequestPages(*file).page({}))
            for (const auto& row : page->rows) {
                QVERIFY(row.ended >= 0 && row.ended < 400'000'000);
                for (const auto& bar : row.attempts)
                    for (const auto& stamp : {bar.queued, bar.admitted, bar.firstToken, bar.completed, bar.released})
                        QVERIFY(!stamp || (*stamp >= 0 && *stamp < 400'000'000));
            }
        (void)readDetail(*file, 3);
        (void)readSamples(*file, 10);
    }

    void aFileOfBeforeKnowsNoTotalAndIsReadAndCopiedAllTheSame() {
        auto info = someRun();
        info.workloadRequests = 1000;
        const auto folder = newFolder(), copies = newFolder();
        {
            auto recorder = create(folder, info);
            recordThreeRequests(*recorder);
            QVERIFY(recorder->close(threeRequestsTotals(), false).ok());
        }
        QCOMPARE(*readOverview(*reading(folder))->workloadRequests, 1000u);
        QVERIFY(QDir().mkpath(copies));
        const auto copy = (copies + "/run.penstock").toStdString();
        const Pace goOn = [](double) { return true; };
        QVERIFY(exportDocument(*reading(folder), Document::RunFile, copy, goOn).ok());
        QCOMPARE(*readOverview(*reading(copies))->workloadRequests, 1000u);
        change(folder, "DROP TABLE workload");
        change(folder, "UPDATE run SET summary = json_remove(summary, '$.unfinished')");
        const auto run = readOverview(*reading(folder));
        QVERIFY(run.ok());
        QVERIFY(!run->workloadRequests);
        QVERIFY(run->summary && !run->summary->unfinished);
        QCOMPARE(run->summary->successes, 2u);
        const auto second = (copies + "/second.penstock").toStdString();
        QVERIFY(exportDocument(*reading(folder), Document::RunFile, second, goOn).ok());
        const auto resumed = readResumePoint(folder.toStdString());
        QVERIFY(resumed.ok());
        QVERIFY(resumeRecorder(optionsFor(folder), *resumed).ok());
    }

    void aSearchEndsWhateverNumbersTheRequestsHave() {
        const auto folder = twoSettings();
        for (const char* table : {"requests", "texts", "attempts"})
            for (const auto& [from, to] : {std::pair{"9", "9223372036854775806"}, {"8", "9223372036854775807"}, {"7", "-9223372036854775807"}})
                change(folder, QString("UPDATE %1 SET request = %2 WHERE request = %3").arg(table, to, from));
        const auto file = reading(folder);
        RequestQuery query;
        query.text = "request-";
        int looks = 0;
        const auto page = RequestPages(*file).page(query, [&] { return ++looks > 100; });
        QVERIFY2(page.ok(), page ? "" : page.error().message.c_str());
        QCOMPARE(page->total, 10u);
        QCOMPARE(looks, 3); // the one below 0, those from 0 on, and the two at the end of all numbers
    }
};

QTEST_GUILESS_MAIN(TestHostileFigures)
#include "tst_hostile_figures.moc"
