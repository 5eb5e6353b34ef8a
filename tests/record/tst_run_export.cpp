#include "tests/record/reader_bench.h"

using namespace penstock;
using namespace penstock::test;

/// An export is there whole, or not at all; and what is exported together is of one moment.
class TestRunExport : public QObject, ReaderBench {
    Q_OBJECT

    QString root_;

    static QStringList filesIn(const QString& folder) { return QDir(folder).entryList(QDir::Files | QDir::Hidden, QDir::Name); }

private Q_SLOTS:
    void init() {
        root_ = temporary_.path() + "/exports";
        QVERIFY(QDir().mkpath(root_));
    }
    void cleanup() { QDir(root_).removeRecursively(); }

    void everythingIsOfOneMomentWhileTheRunGoesOn() {
        const auto folder = newFolder();
        const auto recorder = create(folder);
        recorder->segment(someSegment(1, 4));
        RequestId recorded = 0;
        const auto recordOne = [&] {
            const auto span = once(recorded, 1, 0, 0, 10 + static_cast<int>(recorded));
            ++recorded;
            SessionTotals totals;
            totals.firstQueued = at(0);
            recorder->span(span, totals);
            recorder->result(resultOf(span, "text"));
            (void)recorder->storedAnswer(0); // all is committed
        };
        for (int i = 0; i < 5; ++i) recordOne();
        const auto file = reading(folder);
        int turns = 0;
        const auto status = exportEverything(*file, (root_ + "/all").toStdString(), [&](double) {
            if (++turns > 1) recordOne(); // the copy is under way or made
            return true;
        });
        QVERIFY2(status.ok(), status ? "" : status.error().message.c_str());
        QVERIFY(turns > 5);
        QCOMPARE(recorded, static_cast<RequestId>(4 + turns));
        QCOMPARE(filesIn(root_ + "/all"), (QStringList{"record.csv", "results.jsonl", "run.penstock", "spans.csv", "summary.json"}));
        const auto copied = readOverview(*reading(root_ + "/all"));
        QVERIFY(copied.ok());
        const auto requests = static_cast<int>(copied->requests);
        QVERIFY(requests >= 5 && requests < static_cast<int>(recorded));
        QCOMPARE(contentOf(root_ + "/all/results.jsonl").count('\n'), requests);
        QCOMPARE(contentOf(root_ + "/all/spans.csv").count('\n'), requests + 1);
        const auto summary = nlohmann::json::parse(contentOf(root_ + "/all/summary.json").toStdString());
        QCOMPARE(summary.at("requests").get<int>(), requests);
        QCOMPARE(summary.at("successes").get<int>(), requests);
        QVERIFY(recorder->close({}, false).ok());
    }

    void everythingEndedAtAnyStepLeavesNothing() {
        const auto file = reading(threeRequests());
        int endings = 0;
        for (int steps = 0;; ++steps, ++endings) {
            int left = steps;
            double last = 0;
            bool fell = false;
            const auto status = exportEverything(*file, (root_ + "/a/b/").toStdString(), [&](double share) {
                fell = fell || share < last || share > 1;
                last = share;
                return left-- > 0;
            });
            QVERIFY(!fell);
            if (status) break;
            QCOMPARE(status.error().message, std::string("the export was cancelled"));
            QVERIFY(QDir(root_).isEmpty());
        }
        QVERIFY(endings >= 5);
        QCOMPARE(filesIn(root_ + "/a/b").size(), 5);
    }

    void aFileThatStoodThereIsLeftWhenItEnds() {
        const auto file = reading(threeRequests());
        const auto path = root_ + "/x";
        for (const auto document : {Document::RunFile, Document::ResultsJsonl, Document::SpansCsv, Document::RecordCsv, Document::SummaryJson}) {
            QFile::remove(path);
            QFile old(path);
            QVERIFY(old.open(QIODevice::WriteOnly));
            old.write("old");
            old.close();
            QVERIFY(!exportDocument(*file, document, path.toStdString(), [](double) { return false; }).ok());
            QCOMPARE(contentOf(path), QByteArray("old"));
            QCOMPARE(filesIn(root_), QStringList{"x"});
            QVERIFY(exportDocument(*file, document, path.toStdString(), [](double) { return true; }).ok());
            QVERIFY(contentOf(path) != QByteArray("old"));
        }
    }
};

QTEST_GUILESS_MAIN(TestRunExport)
#include "tst_run_export.moc"
