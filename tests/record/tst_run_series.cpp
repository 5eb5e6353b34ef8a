#include "tests/record/reader_bench.h"

using namespace penstock;
using namespace penstock::record;
using namespace penstock::test;

class TestRunSeries : public QObject, private ReaderBench {
    Q_OBJECT

private Q_SLOTS:
    void theSettingsFiguresAreTheLiveOnesAndThoseOfARecomputation() {
        std::mt19937 random(7);
        const auto draw = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
        struct Knot { int start; int cap; double gap; std::uint64_t connections; };
        const std::vector<Knot> knots{{0, 4, 0, 0}, {9'001, 14, 0.7, 9}, {21'003, 2, 0.9, 30}, {21'500, 8, 1.1, 31}};
        std::vector<Span> spans;
        for (RequestId id = 0; id < 1500; ++id) {
            const int admitted = 2 + static_cast<int>(id) * 20 + draw(0, 15) / 5 * 5;
            std::uint32_t segment = 1;
            for (std::size_t k = 1; k < knots.size(); ++k)
                if (knots[k].start <= admitted) segment = static_cast<std::uint32_t>(k + 1);
            spans.push_back(once(id, segment, admitted - 2, admitted, admitted + draw(20, 900), draw(0, 20) != 0));
            // No two things at one instant: their order would be anybody's.
            auto& stamps = spans.back().stamps;
            for (auto* stamp : {&stamps.admitted, &stamps.sent, &stamps.firstToken, &stamps.lastToken, &stamps.completed, &stamps.released})
                **stamp += Nanos{static_cast<std::int64_t>(id) * 7 + 1};
        }
        std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return *a.stamps.released < *b.stamps.released; });
        const auto totalsAt = [&](int ms) {
            SessionTotals totals;
            totals.firstQueued = at(0);
            totals.gap = std::chrono::microseconds{ms * 50};
            totals.connectionsOpened = static_cast<std::uint64_t>(ms / 700);
            return totals;
        };
        const auto folder = newFolder();
        {
            auto recorder = create(folder);
            for (std::size_t k = 0; k < knots.size(); ++k) {
                auto segment = someSegment(static_cast<std::uint32_t>(k + 1), knots[k].cap, std::chrono::milliseconds{knots[k].start});
                const auto totals = totalsAt(knots[k].start);
                segment.gapSeconds = k == 0 ? 0 : toSeconds(totals.gap);
                segment.connectionsOpened = k == 0 ? 0 : totals.connectionsOpened;
                recorder->segment(segment);
            }
            for (const auto& span : spans) {
                const int released = static_cast<int>((*span.stamps.released - epoch) / std::chrono::milliseconds{1});
                recorder->span(span, totalsAt(released));
                recorder->result(resultOf(span, "x"));
            }
            QVERIFY(recorder->close(totalsAt(40'000), true).ok());
        }

        // Live: the same, in the order of time.
        struct Event { Instant at; int kind; std::size_t index; };
        std::vector<Event> events;
        for (std::size_t i = 0; i < spans.size(); ++i) {
            events.push_back({*spans[i].stamps.firstToken, 0, i});
            events.push_back({*spans[i].stamps.released, 1, i});
            events.push_back({resultOf(spans[i], "x").ended, 2, i});
            events.push_back({*spans[i].stamps.admitted, 4, i});
        }
        for (std::size_t k = 1; k < knots.size(); ++k) events.push_back({at(knots[k].start), 3, k});
        std::stable_sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return std::pair(a.at, a.kind) < std::pair(b.at, b.kind); });
        Aggregates live;
        live.segment(1, someSegment(1, knots[0].cap).knobs, epoch, {});
        live.queued(epoch);
        Instant last{};
        for (const auto& event : events) {
            const auto totals = totalsAt(static_cast<int>((event.at - epoch) / std::chrono::milliseconds{1}));
            const SegmentMeter::Totals shared{toSeconds(totals.gap), totals.connectionsOpened};
            switch (event.kind) {
            case 0: live.firstToken(spans[event.index]); break;
            case 1:
                live.attempt(spans[event.index], shared);
                last = std::max(last, *spans[event.index].stamps.completed);
                break;
            case 2: live.result(resultOf(spans[event.index], "x")); break;
            case 3: live.segment(static_cast<std::uint32_t>(event.index + 1), someSegment(1, knots[event.index].cap).knobs, event.at, shared); break;
            case 4: live.admitted(spans[event.index].segment); break;
            }
        }
        const auto end = totalsAt(40'000);
        const auto expected = live.segmentFigures(last, {toSeconds(end.gap), end.connectionsOpened});
        const auto file = reading(folder);
        const auto found = readOverview(*file)->segments;
        QCOMPARE(found.size(), expected.size());
        QCOMPARE(found.size(), 4u);
        for (std::size_t i = 0; i < found.size(); ++i) {
            const auto &f = found[i], &e = expected[i];
            QCOMPARE(f.number, e.number);
            QCOMPARE(f.change, e.change);
            QCOMPARE(f.start, e.start);
            QCOMPARE(f.end, e.end);
            QCOMPARE(f.settlingSeconds, e.settlingSeconds);
            QCOMPARE(f.windowSeconds, e.windowSeconds);
            QCOMPARE(f.successes, e.successes);
            QCOMPARE(f.failures, e.failures);
            QCOMPARE(f.attempts, e.attempts);
            QCOMPARE(f.costPerSuccess, e.costPerSuccess);
            QCOMPARE(f.costInterval.has_value(), e.costInterval.has_value());
            if (f.costInterval) QCOMPARE(f.costInterval->low, e.costInterval->low);
            if (f.costInterval) QCOMPARE(f.costInterval->high, e.costInterval->high);
            QCOMPARE(f.tFirstToken.count, e.tFirstToken.count);
            // Live it is told from a histogram; the file's is exact, which the recomputation below checks.
            QCOMPARE(f.tFirstToken.p95.has_value(), e.tFirstToken.p95.has_value());
            if (f.tFirstToken.p95)
                QVERIFY2(std::abs(*f.tFirstToken.p95 / *e.tFirstToken.p95 - 1) <= 1.0 / 128,
                         qPrintable(QStringLiteral("%1 %2 %3").arg(*f.tFirstToken.p95).arg(*e.tFirstToken.p95).arg(f.tFirstToken.count)));
            QCOMPARE(f.ended, e.ended);
            QCOMPARE(f.pausedSeconds, e.pausedSeconds);
            QCOMPARE(f.gapSeconds, e.gapSeconds);
            QCOMPARE(f.newConnectionsPerSuccess, e.newConnectionsPerSuccess);
            QCOMPARE(f.upperBoundPerHour, e.upperBoundPerHour);
        }
        QVERIFY(found[0].costInterval.has_value());
        QVERIFY(found[1].settlingSeconds > 0.3);

        const auto python = QStandardPaths::findExecutable("python3");
        if (python.isEmpty()) QSKIP("python3 is missing: the figures are not recomputed");
        QProcess script;
        script.start(python, {RECOMPUTE_SEGMENTS, QString::fromStdString(inFolder(folder))});
        QVERIFY(script.waitForFinished(60'000));
        const auto told = script.readAll();
        QVERIFY2(script.exitCode() == 0, told.constData());
        QVERIFY(told.contains("figures of 4 settings agree with 1500 attempts"));
    }

    void aResumedRunGoesOnInTimeAndInCounts() {
        const auto folder = newFolder();
        const auto sampleAt = [](std::uint64_t sequence, double elapsed, std::uint64_t successes) {
            Snapshot sample;
            sample.sequence = sequence;
            sample.elapsedSeconds = elapsed;
            sample.segment = 1;
            sample.successes = successes;
            sample.retriesByCause = {{"429", successes}};
            sample.gapSeconds = elapsed / 10;
            return sample;
        };
        {
            auto recorder = create(folder);
            recorder->segment(someSegment(1, 4));
            const auto span = once(0, 1, 0, 0, 100);
            SessionTotals totals;
            totals.firstQueued = at(0);
            totals.gap = std::chrono::milliseconds{10};
            recorder->span(span, totals);
            recorder->result(resultOf(span, "one"));
            recorder->sample(sampleAt(3, 0.05, 0));
            recorder->sample(sampleAt(8, 0.1, 1));
            QVERIFY(recorder->close(totals, false).ok());
        }
        {
            const auto point = readResumePoint(folder.toStdString());
            QVERIFY(point.ok());
            auto recorder = resumeRecorder(optionsFor(folder), *point);
            QVERIFY(recorder.ok());
            {
                // The summary of the first session does not stand for the run that goes on.
                const auto file = reading(folder);
                const auto run = readOverview(*file, Recompute::No);
                QVERIFY(!run->summary);
                QVERIFY(run->live);
            }
            auto segment = someSegment(2, 8, std::chrono::milliseconds{110});
            (*recorder)->segment(segment);
            const auto span = once(1, 2, 120, 120, 200);
            SessionTotals totals;
            totals.firstQueued = at(120);
            (*recorder)->span(span, totals);
            (*recorder)->result(resultOf(span, "two"));
            (*recorder)->sample(sampleAt(2, 0.04, 0));
            (*recorder)->sample(sampleAt(3, 0.08, 1));
            QVERIFY((*recorder)->close(totals, true).ok());
        }
        const auto file = reading(folder);
        const auto samples = readSamples(*file, 100);
        QCOMPARE(samples->size(), 4u);
        QCOMPARE(samples->at(2).elapsedSeconds, 0.16);
        QCOMPARE(samples->at(2).successes, 1u);
        QCOMPARE(samples->at(3).elapsedSeconds, 0.2);
        QCOMPARE(samples->at(3).successes, 2u);
        QCOMPARE(samples->at(3).retriesByCause, (std::map<std::string, std::uint64_t>{{"429", 1}})); // the first session made no retry
        QCOMPARE(samples->at(3).gapSeconds, 0.018);
        const auto run = readOverview(*file);
        QCOMPARE(run->segments.size(), 2u);
        QCOMPARE(run->segments[1].change, std::string("resumed: max-concurrency 4 to 8"));
        QCOMPARE(run->segments[1].start, 0.12);
        QCOMPARE(run->segments[1].windowSeconds, 0.08);
        QCOMPARE(run->lengthSeconds, 0.2);
    }

    /// Stopped with a failure that is asked again, a request cut off and one that still waited; then resumed under other knobs.
    void aResumedRunsSeriesEndsWithTheFiguresOfItsSummary() {
        const auto folder = newFolder();
        auto info = someRun();
        info.workloadRequests = 5;
        const auto ending = [](RequestId id, int attempt, std::uint32_t segment, int from, int to, OutcomeKind kind) {
            auto span = once(id, segment, from, from, to);
            span.attempt = attempt;
            span.outcome.kind = kind;
            if (kind != OutcomeKind::Success) {
                span.usage = {};
                span.wastedTokens = 4;
            }
            span.contentEvents = 3;
            return span;
        };
        const auto endOf = [](std::uint64_t sequence, double elapsed, const SessionTotals& totals, const std::vector<Span>& spans) {
            Snapshot s;
            s.sequence = sequence;
            s.elapsedSeconds = elapsed;
            s.attempts = spans.size();
            s.inFlightPeak = totals.inFlightPeak;
            s.inFlightMean = totals.inFlightIntegral / 1e9 / elapsed;
            s.gapSeconds = toSeconds(totals.gap);
            s.connectionsOpened = totals.connectionsOpened;
            double held = 0;
            for (const auto& span : spans) {
                held += toSeconds(*span.tInFlight());
                s.contentEvents += span.contentEvents;
                s.wastedTokens += span.wastedTokens;
                if (!span.outcome.success()) continue;
                s.inputTokens += *span.usage.input;
                s.outputTokens += *span.usage.output;
            }
            const auto good = std::count_if(spans.begin(), spans.end(), [](const Span& span) { return span.outcome.success(); });
            s.upperBoundPerHour = s.inFlightPeak * 3600 / (held / static_cast<double>(good)); // the peak is the cap here
            return s;
        };
        SessionTotals first;
        first.firstQueued = at(0);
        first.gap = std::chrono::milliseconds{10};
        first.inFlightIntegral = 0.26e9;
        first.inFlightPeak = 4;
        first.connectionsOpened = 3;
        first.attemptsStarted = 4;
        const std::vector<Span> before{ending(0, 1, 1, 0, 100, OutcomeKind::Success), ending(1, 1, 1, 0, 20, OutcomeKind::ConnectFailed),
                                       ending(2, 1, 1, 0, 80, OutcomeKind::Success), ending(3, 1, 1, 40, 100, OutcomeKind::CancelledByUser)};
        Summary stopped;
        {
            auto recorder = create(folder, info);
            recorder->segment(someSegment(1, 4));
            for (const auto& span : before) {
                recorder->span(span, first);
                if (span.request != 3) recorder->result(resultOf(span, "x"));
            }
            auto sample = endOf(8, 0.13, first, before); // 30 ms went by until the stop was over
            sample.segment = 1;
            sample.requestsSeen = 5;
            sample.successes = 2;
            sample.failures = 1;
            sample.ended = 3;
            recorder->sample(sample);
            const auto summary = recorder->close(first, false);
            QVERIFY(summary.ok());
            stopped = *summary;
        }
        QCOMPARE(stopped.requests, 3u);
        QCOMPARE(stopped.successes + stopped.failures + stopped.cancelled + stopped.shed + *stopped.unfinished, 5u);
        QCOMPARE(*stopped.unfinished, 2u);
        {
            const auto run = readOverview(*reading(folder));
            QCOMPARE(*run->summary->unfinished, 2u);
            QCOMPARE(*run->workloadRequests, 5u);
        }
        SessionTotals second;
        second.firstQueued = at(500);
        second.gap = std::chrono::milliseconds{2};
        second.inFlightIntegral = 0.35e9;
        second.inFlightPeak = 3;
        second.connectionsOpened = 2;
        second.attemptsStarted = 3;
        const std::vector<Span> after{ending(1, 2, 2, 500, 600, OutcomeKind::Success), ending(3, 2, 2, 500, 650, OutcomeKind::Success),
                                      ending(4, 1, 2, 500, 600, OutcomeKind::Success)};
        Summary whole;
        {
            const auto point = readResumePoint(folder.toStdString());
            QVERIFY(point.ok());
            QCOMPARE(*point->info.workloadRequests, 5u);
            auto recorder = resumeRecorder(optionsFor(folder), *point);
            QVERIFY(recorder.ok());
            auto segment = someSegment(2, 3, std::chrono::milliseconds{500});
            segment.knobs.costPerHour = 7.2;
            (*recorder)->segment(segment);
            Snapshot begun;
            begun.sequence = 1;
            begun.segment = 2;
            begun.requestsSeen = 3;
            begun.inFlight = 3;
            begun.inFlightPeak = 3;
            (*recorder)->sample(begun);
            for (const auto& span : after) {
                (*recorder)->span(span, second);
                (*recorder)->result(resultOf(span, "x"));
            }
            auto sample = endOf(2, 0.2, second, after);
            sample.segment = 2;
            sample.requestsSeen = 3;
            sample.successes = 3;
            sample.ended = 3;
            sample.retries = 2;
            sample.retriesByCause = {{"restart", 2}};
            (*recorder)->sample(sample);
            const auto summary = (*recorder)->close(second, true);
            QVERIFY(summary.ok());
            whole = *summary;
        }
        QCOMPARE(*whole.unfinished, 0u);
        QCOMPARE(whole.requests, 5u);
        const auto samples = readSamples(*reading(folder), 100);
        QCOMPARE(samples->size(), 3u);
        // The resumed session begins with what was kept: the failure that is asked again has no result any more.
        const auto& begin = samples->at(1);
        QCOMPARE(begin.requestsSeen, 5u);
        QCOMPARE(begin.successes, 2u);
        QCOMPARE(begin.failures, 0u);
        QCOMPARE(begin.inFlightPeak, 4);
        QCOMPARE(*begin.successesPerHour, 2 * 3600 / 0.1);
        const auto& last = samples->at(2);
        QCOMPARE(last.requestsSeen, whole.requests);
        QCOMPARE(last.successes, whole.successes);
        QCOMPARE(last.failures, whole.failures);
        QCOMPARE(last.ended, whole.ended);
        QCOMPARE(last.attempts, whole.attempts);
        QCOMPARE(last.retries, whole.retries);
        QCOMPARE(last.retriesByCause, whole.retriesByCause);
        QCOMPARE(last.wastedTokens, whole.wastedTokens);
        QCOMPARE(last.inputTokens, *whole.inputTokens);
        QCOMPARE(last.outputTokens, *whole.outputTokens);
        QCOMPARE(last.contentEvents, 21u);
        QCOMPARE(last.connectionsOpened, whole.connectionsOpened);
        QCOMPARE(last.inFlightPeak, whole.inFlightPeak);
        QCOMPARE(last.gapSeconds, whole.gapSeconds);
        QCOMPARE(last.gapFraction, whole.gapFraction);
        QCOMPARE(last.inFlightMean, whole.inFlightMean);
        QCOMPARE(whole.windowSeconds, 0.25);
        QCOMPARE(*last.successesPerHour, *whole.successesPerHour);
        QCOMPARE(*last.costPerSuccess, *whole.costPerSuccess);
        QCOMPARE(*last.upperBoundPerHour, *whole.upperBoundSuccessesPerHour);
    }
};

QTEST_GUILESS_MAIN(TestRunSeries)
#include "tst_run_series.moc"
