#include "engine/experiment/read_setting.h"
#include "engine/experiment/totals_curve.h"
#include "engine/record/run_overview.h"
#include "tests/record/handmade_run.h"

#include <QTemporaryDir>
#include <QTest>

using namespace penstock;
using namespace penstock::test;

namespace {

/// One request after the other through `slots` places for `seconds`, each `ms` long; every `failEvery`-th fails; `gapShare` of
/// the time is gap; a connection each 100 ms.
void recordSetting(Recorder& recorder, RequestId& id, std::uint32_t segment, int from, int seconds, int places, int ms, int failEvery, double gapShare,
                   Nanos& gap) {
    for (int at = from; at + ms <= from + seconds * 1000; at += ms)
        for (int place = 0; place < places; ++place, ++id) {
            Span span;
            span.request = id;
            span.segment = segment;
            auto& s = span.stamps;
            s.queued = s.admitted = s.sent = test::at(at) + Nanos{place + 1};
            s.firstToken = *s.sent + std::chrono::milliseconds{ms / 2 - place};
            s.lastToken = s.completed = s.released = *s.sent + std::chrono::milliseconds{ms} - Nanos{100};
            span.outcome.kind = id % static_cast<RequestId>(failEvery) == 0 ? OutcomeKind::CutStream : OutcomeKind::Success;
            span.usage = {UsageKind::Exact, 5, 10, 15, {}, {}};
            if (!span.outcome.success()) span.wastedTokens = 10;
            SessionTotals totals;
            totals.firstQueued = epoch;
            totals.gap = gap + Nanos{static_cast<std::int64_t>(static_cast<double>((*s.released - test::at(from)).count()) * gapShare)};
            totals.connectionsOpened = static_cast<std::uint64_t>((*s.released - epoch) / std::chrono::milliseconds{100});
            recorder.span(span, totals);
            RequestResult result;
            result.id = id;
            result.outcome = span.outcome;
            result.attempts = 1;
            result.segment = segment;
            result.completion.usage = span.usage;
            result.ended = *s.completed;
            recorder.result(result);
        }
    gap += Nanos{static_cast<std::int64_t>(seconds * 1e9 * gapShare)};
}

} // namespace

class TestCompareRuns : public QObject {
    Q_OBJECT

    QTemporaryDir temporary_;
    std::string path_;
    Summary summary_;

    const RecordRow& row(const ResultRecord& record, const std::string& metric) {
        for (const auto& one : record.rows)
            if (one.metric == metric) return one;
        qFatal("there is no row %s", metric.c_str());
    }

private Q_SLOTS:
    /// Ten seconds at cap 4 with a gap of a tenth of the time, then ten at cap 16 with none.
    void initTestCase() {
        const auto folder = temporary_.path() + "/run";
        auto recorder = createRecorder(optionsFor(folder), someRun(), {});
        QVERIFY(recorder.ok());
        RequestId id = 1;
        Nanos gap{0};
        (*recorder)->segment(someSegment(1, 4));
        recordSetting(**recorder, id, 1, 0, 10, 4, 200, 20, 0.1, gap);
        auto second = someSegment(2, 16, std::chrono::seconds{10});
        second.gapSeconds = toSeconds(gap);
        second.connectionsOpened = 100;
        (*recorder)->segment(second);
        recordSetting(**recorder, id, 2, 10'000, 10, 16, 200, 40, 0, gap);
        SessionTotals totals;
        totals.firstQueued = epoch;
        totals.gap = gap;
        totals.connectionsOpened = 199;
        const auto closed = (*recorder)->close(totals, true);
        QVERIFY2(closed.ok(), closed ? "" : closed.error().message.c_str());
        summary_ = *closed;
        path_ = (folder + "/run.penstock").toStdString();
    }

    void theBlocksOfASettingAddUpToItsFigures() {
        const auto file = record::RunFile::openToRead(path_);
        const auto run = record::readOverview(**file);
        QCOMPARE(run->segments.size(), 2u);
        for (const std::uint32_t number : {1u, 2u}) {
            const auto setting = readSetting(path_, number);
            QVERIFY2(setting.ok(), setting ? "" : setting.error().message.c_str());
            const auto& figures = run->segments[number - 1];
            MeasuredSetting::Block sum;
            std::size_t firstTokens = 0;
            for (const auto& block : setting->blocks) {
                sum.successes += block.successes;
                sum.ended += block.ended;
                firstTokens += block.tFirstToken.size();
                sum.attempts += block.attempts;
                sum.gapSeconds += block.gapSeconds;
                sum.connections += block.connections;
            }
            QVERIFY(setting->blocks.size() >= 16);
            QVERIFY(std::abs(setting->blockSeconds * static_cast<double>(setting->blocks.size()) - figures.windowSeconds) < 1e-9);
            QCOMPARE(sum.successes, static_cast<double>(figures.successes));
            QCOMPARE(sum.ended, static_cast<double>(figures.ended));
            // The same population, and the same figure.
            QCOMPARE(firstTokens, figures.tFirstToken.count);
            QVERIFY(*setting->tFirstTokenP95 == *figures.tFirstToken.p95);
            QCOMPARE(sum.attempts, static_cast<double>(figures.attempts));
            QVERIFY2(std::abs(sum.gapSeconds - figures.gapSeconds) < 1e-9, qPrintable(QString("%1 %2").arg(sum.gapSeconds).arg(figures.gapSeconds)));
            QCOMPARE(sum.connections / sum.successes, *figures.newConnectionsPerSuccess);
        }
    }

    void theWholeRunIsItsSummary() {
        const auto whole = readSetting(path_, 0);
        QVERIFY2(whole.ok(), whole ? "" : whole.error().message.c_str());
        const auto record = compareSettings(*whole, *whole);
        QCOMPARE(*row(record, "new_connections_per_success").controlled, *summary_.newConnectionsPerSuccess);
        QCOMPARE(*row(record, "in_flight_cap").controlled, static_cast<double>(summary_.maxConcurrency));
        QCOMPARE(row(record, "t_queue_p95").controlled, summary_.tQueue.p95);
        QCOMPARE(row(record, "t_first_token_p95").controlled, summary_.tFirstToken.p95);
        QCOMPARE(*row(record, "gap_fraction").controlled, summary_.gapFraction);
        QCOMPARE(*row(record, "retry_rate").controlled, 0.0);
        QCOMPARE(*row(record, "success_rate").controlled, *summary_.successRate);
        QCOMPARE(*row(record, "successes_per_hour").controlled, *summary_.successesPerHour);
        QCOMPARE(*row(record, "cost_per_success").controlled, *summary_.costPerSuccess);
        QCOMPARE(*row(record, "cost_per_million_output_tokens").controlled, *summary_.costPerMillionOutputTokens);
        QCOMPARE(*row(record, "cost_per_success").ratio, 1.0);
        QVERIFY(row(record, "cost_per_success").interval->low < 1 && row(record, "cost_per_success").interval->high > 1);
    }

    void twoSettingsOfARunAreComparedWithTheSameVerdictEachTime() {
        const auto before = readSetting(path_, 1), after = readSetting(path_, 2);
        const auto record = compareSettings(*before, *after);
        QCOMPARE(record.baselineName, std::string("cap 4, setting 1"));
        QCOMPARE(record.controlledName, std::string("cap 16, setting 2"));
        QVERIFY2(record.verdict == ResultRecord::Verdict::Improved, record.verdictText.c_str());
        const auto& gap = row(record, "gap_fraction");
        QVERIFY(std::abs(*gap.baseline - 0.1) < 1e-3);
        QVERIFY(*gap.controlled < 1e-9);
        const auto again = compareSettings(*readSetting(path_, 1), *readSetting(path_, 2));
        QCOMPARE(again.verdictText, record.verdictText);
        QCOMPARE(row(again, "cost_per_success").interval->low, row(record, "cost_per_success").interval->low);
        // Turned round: what was gained is lost, and nobody calls it eliminated.
        QVERIFY(compareSettings(*after, *before).verdict != ResultRecord::Verdict::Improved);
    }

    void aSettingThatIsNotThereIsAnError() {
        QVERIFY(readSetting(path_, 3).error().message.find("has no setting 3") != std::string::npos);
        QVERIFY(!readSetting(path_ + "x", 0).ok());
    }

    void totalsAreExactWhereTheyAreKnownAndEvenBetween() {
        TotalsCurve curve({0, 10, 20, 30});
        for (const auto& point : std::vector<TotalsCurve::Point>{{20, 8, 5}, {0, 0, 0}, {5, 2, 1}, {15, 4, 2}, {25, 9, 6}}) curve.add(point);
        const auto at = curve.atEdges();
        QCOMPARE(at[0].gapSeconds, 0.0);
        QCOMPARE(at[1].gapSeconds, 3.0); // between 2 at 5 and 4 at 15
        QCOMPARE(at[1].connections, 1.0);
        QCOMPARE(at[2].gapSeconds, 8.0);
        QCOMPARE(at[2].connections, 5.0);
        QCOMPARE(at[3].gapSeconds, 9.0);
        QCOMPARE(at[3].connections, 6.0);
    }
};

QTEST_GUILESS_MAIN(TestCompareRuns)
#include "tst_compare_runs.moc"
