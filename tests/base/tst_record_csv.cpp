#include "engine/base/record_csv.h"

#include <QTest>

using namespace penstock;

class TestRecordCsv : public QObject {
    Q_OBJECT

    static ResultRecord record() {
        ResultRecord out;
        out.baselineName = "cap 1, setting 1";
        out.controlledName = "cap 14, setting 3";
        out.rows = {{"cost_per_success", "USD", 0.019841269841269841, 0.00142, 0.0717, Interval{0.069, 0.075}, "=cmd, \"quoted\""},
                    {"avoidable_cost", "USD", std::nullopt, 0.0, std::nullopt, std::nullopt, "no tokens"}};
        out.verdict = ResultRecord::Verdict::Improved;
        out.verdictText = "Idle time was eliminated.";
        return out;
    }

private Q_SLOTS:
    void bothSidesAreThereWithEveryDigit() {
        QCOMPARE(QByteArray::fromStdString(recordCsv(record())),
                 QByteArray("metric,unit,baseline,controlled,ratio,ci_low,ci_high,interpretation\n"
                            "cost_per_success,USD,0.01984126984126984,0.00142,0.0717,0.069,0.075,\"'=cmd, \"\"quoted\"\"\"\n"
                            "avoidable_cost,USD,,0,,,,no tokens\n"
                            "verdict,,,,,,,improved: Idle time was eliminated.\n"
                            "compared,,,,,,,\"baseline: cap 1, setting 1; controlled: cap 14, setting 3\"\n"));
    }

    void eachRowOfASimulatedRecordSaysSo() {
        auto simulated = record();
        simulated.simulated = true;
        const auto lines = QByteArray::fromStdString(recordCsv(simulated)).trimmed().split('\n');
        QCOMPARE(lines.size(), 5);
        for (int i = 1; i < lines.size(); ++i) QVERIFY2(lines[i].contains("simulated endpoint: "), lines[i]);
    }

    void eachVerdictHasItsWord() {
        using Verdict = ResultRecord::Verdict;
        const std::pair<Verdict, const char*> words[] = {{Verdict::TooFewSamples, "too few samples: "}, {Verdict::Improved, "improved: "},
                                                         {Verdict::SurfaceOnly, "surface only: "}, {Verdict::Regressed, "regressed: "}};
        for (const auto& [verdict, word] : words) {
            auto judged = record();
            judged.verdict = verdict;
            QVERIFY(recordCsv(judged).find(std::string("verdict,,,,,,,") + word) != std::string::npos);
        }
        auto single = record();
        single.verdict = Verdict::None;
        single.baselineName.clear();
        QVERIFY(recordCsv(single).find("verdict") == std::string::npos);
        QVERIFY(recordCsv(single).find("compared") == std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestRecordCsv)
#include "tst_record_csv.moc"
