#include "engine/experiment/read_setting.h"
#include "engine/experiment/totals_curve.h"
#include "engine/record/run_overview.h"
#include "tests/record/handmade_run.h"

#include <QProcess>
#include <QStandardPaths>
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

    /// A minute of pause in a run of twenty seconds: the file tells it, and neither the setting's figures nor a comparison sees it.
    void aPauseLeavesTheSettingAsItIs() {
        const auto record = [&](const char* name, int pause) {
            const auto folder = temporary_.path() + "/" + name;
            auto recorder = createRecorder(optionsFor(folder), someRun(), {});
            RequestId id = 1;
            Nanos gap{0};
            (*recorder)->segment(someSegment(1, 4));
            recordSetting(**recorder, id, 1, 0, 10, 4, 200, 20, 0.1, gap);
            if (pause > 0) {
                (*recorder)->pause({test::at(10'000), std::nullopt});
                (*recorder)->pause({test::at(10'000), test::at(10'000 + pause)});
            }
            recordSetting(**recorder, id, 1, 10'000 + pause, 10, 4, 200, 20, 0.1, gap);
            SessionTotals totals;
            totals.firstQueued = epoch;
            totals.gap = gap;
            totals.connectionsOpened = 199;
            auto summary = (*recorder)->close(totals, true);
            if (!summary) qFatal("%s", summary.error().message.c_str());
            return std::pair{(folder + "/run.penstock").toStdString(), *summary};
        };
        const auto [plain, plainSummary] = record("plain", 0);
        const auto [paused, pausedSummary] = record("paused", 60'000);
        QCOMPARE(pausedSummary.pausedSeconds, 60.0);
        QCOMPARE(pausedSummary.windowSeconds, plainSummary.windowSeconds + 60);
        QCOMPARE(pausedSummary.gapFraction, plainSummary.gapFraction);
        QVERIFY(*pausedSummary.costPerSuccess > 3.9 * *plainSummary.costPerSuccess); // paid for all the same
        const auto figures = [](const std::string& path) {
            const auto file = record::RunFile::openToRead(path);
            return record::readOverview(**file)->segments.at(0);
        };
        const auto before = figures(plain), after = figures(paused);
        QCOMPARE(after.pausedSeconds, 60.0);
        QCOMPARE(after.windowSeconds, before.windowSeconds);
        QCOMPARE(after.successes, before.successes);
        QCOMPARE(*after.costPerSuccess, *before.costPerSuccess);
        QCOMPARE(*after.upperBoundPerHour, *before.upperBoundPerHour);
        QCOMPARE(after.gapFraction, before.gapFraction);
        QVERIFY(after.costInterval && std::abs(after.costInterval->high / before.costInterval->high - 1) < 0.02);

        const auto one = readSetting(plain, 1), other = readSetting(paused, 1);
        QVERIFY2(one.ok() && other.ok(), other ? "" : other.error().message.c_str());
        QCOMPARE(other->blocks.size(), one->blocks.size());
        QCOMPARE(other->blockSeconds, one->blockSeconds);
        for (std::size_t i = 0; i < one->blocks.size(); ++i) {
            QCOMPARE(other->blocks[i].ended, one->blocks[i].ended);
            QVERIFY(std::abs(other->blocks[i].gapSeconds - one->blocks[i].gapSeconds) < 1e-6);
        }
        const auto whole = readSetting(paused, 0);
        const auto record2 = compareSettings(*whole, *whole);
        QCOMPARE(*row(record2, "cost_per_success").baseline, *pausedSummary.costPerSuccess);
        QCOMPARE(*row(record2, "gap_fraction").baseline, pausedSummary.gapFraction);
        QVERIFY(record2.verdictText.find("Both have the same knobs") != std::string::npos);
        // The independent witness reads the pause from the file as well.
        const auto witness = QFINDTESTDATA("../record/recompute_segments.py");
        const auto python = QStandardPaths::findExecutable(QStringLiteral("python3"));
        if (python.isEmpty()) return;
        QProcess process;
        process.start(python, {QStringLiteral("-B"), witness, QString::fromStdString(paused)});
        QVERIFY(process.waitForFinished(60'000));
        const auto said = process.readAllStandardOutput() + process.readAllStandardError();
        QVERIFY2(process.exitCode() == 0, said.constData());
    }

    void wastedTokensHaveThePriceOfTheirOwnSetting() {
        const auto folder = temporary_.path() + "/prices";
        auto recorder = createRecorder(optionsFor(folder), someRun(), {});
        RequestId id = 1;
        Nanos gap{0};
        auto first = someSegment(1, 4), second = someSegment(2, 4, std::chrono::seconds{10});
        first.knobs.outputTokenPrice = 100;
        second.knobs.outputTokenPrice = 7;
        (*recorder)->segment(first);
        recordSetting(**recorder, id, 1, 0, 10, 4, 200, 3, 0, gap); // wastes much
        (*recorder)->segment(second);
        recordSetting(**recorder, id, 2, 10'000, 10, 4, 200, 50, 0, gap);
        SessionTotals totals;
        totals.firstQueued = epoch;
        const auto summary = (*recorder)->close(totals, true);
        QVERIFY(summary.ok() && summary->avoidableCost);
        const auto whole = readSetting((folder + "/run.penstock").toStdString(), 0);
        const auto record = compareSettings(*whole, *whole);
        QVERIFY(std::abs(*row(record, "avoidable_cost_per_hour").baseline / (*summary->avoidableCost * 3600 / summary->windowSeconds) - 1) < 1e-12);
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
