#include "tests/record/reader_bench.h"

using namespace penstock;
using namespace penstock::record;
using namespace penstock::test;

class TestRunSamples : public QObject, private ReaderBench {
    Q_OBJECT

private Q_SLOTS:
    void everyFieldOfASampleComesBack() {
        const auto folder = newFolder();
        Snapshot s;
        s.sequence = 9;
        s.elapsedSeconds = 1.5;
        s.segment = 1;
        s.cancelled = 4;
        s.shed = 5;
        s.retriesByCause = {{"429", 2}, {"cut_stream", 1}};
        s.queueDepth = 6;
        s.queueCapacity = 256;
        s.tFirstToken = {0.1, 0.2, 0.3, {}, 0};
        s.window.seconds = 10;
        s.window.successesPerHour = 3600;
        s.window.costPerSuccess = 0.001;
        s.window.outputTokensPerSecond = 77;
        s.window.tFirstToken = {0.4, 0.5, 0.6, {}, 0};
        s.avoidableCost = 0.25;
        s.engineLoad = 0.125;
        s.gapSeconds = 0.3;
        {
            auto recorder = create(folder);
            recorder->segment(someSegment(1, 4));
            const auto span = once(0, 1, 0, 0, 100);
            recorder->span(span, {});
            recorder->result(resultOf(span, "one"));
            recorder->sample(s);
            QVERIFY(recorder->close({}, true).ok());
        }
        const auto file = reading(folder);
        const auto read = readSamples(*file, 5);
        QVERIFY2(read.ok(), read ? "" : read.error().message.c_str());
        const auto& r = read->at(0);
        QCOMPARE(r.sequence, 9u);
        QCOMPARE(r.cancelled, 4u);
        QCOMPARE(r.shed, 5u);
        QCOMPARE(r.retriesByCause, s.retriesByCause);
        QCOMPARE(r.queueCapacity, 256);
        QCOMPARE(*r.tFirstToken.p99, 0.3);
        QCOMPARE(*r.window.successesPerHour, 3600.0);
        QCOMPARE(*r.window.outputTokensPerSecond, 77.0);
        QCOMPARE(*r.window.tFirstToken.p99, 0.6);
        QCOMPARE(*r.avoidableCost, 0.25);
        QCOMPARE(r.engineLoad, 0.125);
        QCOMPARE(r.gapFraction, 0.2);
        QVERIFY(!r.upperBoundPerHour);
        QCOMPARE(r.currency, std::string("USD"));
    }

    void thinningKeepsTheEndsAndTheSharpestTurns() {
        const auto folder = newFolder();
        {
            auto recorder = create(folder);
            recorder->segment(someSegment(1, 4));
            const auto span = once(0, 1, 0, 0, 100);
            recorder->span(span, {});
            recorder->result(resultOf(span, "one"));
            for (int i = 0; i < 2000; ++i) {
                Snapshot sample;
                sample.sequence = static_cast<std::uint64_t>(i);
                sample.elapsedSeconds = i * 0.5;
                sample.inFlight = i == 777 ? 90 : 10;
                recorder->sample(sample);
            }
            QVERIFY(recorder->close({}, true).ok());
        }
        const auto file = reading(folder);
        const auto samples = readSamples(*file, 100);
        QCOMPARE(samples->size(), 100u);
        QCOMPARE(samples->front().elapsedSeconds, 0.0);
        QCOMPARE(samples->back().elapsedSeconds, 999.5);
        int peaks = 0;
        for (std::size_t i = 1; i < samples->size(); ++i) {
            QVERIFY(samples->at(i).elapsedSeconds > samples->at(i - 1).elapsedSeconds);
            peaks += samples->at(i).inFlight == 90;
        }
        QCOMPARE(peaks, 1);
        QCOMPARE(readSamples(*file, 1)->size(), 1u);
        QCOMPARE(readSamples(*file, 2)->size(), 2u);
        QCOMPARE(readSamples(*file, 0)->size(), 0u);
        QCOMPARE(readSamples(*file, 5000)->size(), 2000u);
    }

    void aLabelIsKeptInTheFileAndCutAtACharacter() {
        const auto folder = threeRequests();
        QCOMPARE(readLabel(*reading(folder))->name, std::string());
        const auto reader = reading(folder); // somebody looks at it meanwhile
        const auto written = writeLabel(inFolder(folder), {"caf\xc3\xa9", "first try\nof two"});
        QVERIFY2(written.ok(), written ? "" : written.error().message.c_str());
        QCOMPARE(readLabel(*reader)->name, std::string("caf\xc3\xa9"));
        QCOMPARE(readLabel(*reader)->note, std::string("first try\nof two"));
        const auto cut = writeLabel(inFolder(folder), {std::string(199, 'x') + "\xc3\xa9", ""});
        QCOMPARE(cut->name, std::string(199, 'x'));
        QCOMPARE(readListing(inFolder(folder)).label.name, std::string(199, 'x'));
        QVERIFY(!QFile::exists(folder + "/run.penstock-wal"));
        QVERIFY(!writeLabel(inFolder(folder + "x"), {}).ok());
        QVERIFY(!QFile::exists(folder + "x/run.penstock"));
    }
};

QTEST_GUILESS_MAIN(TestRunSamples)
#include "tst_run_samples.moc"
