#include "tests/ui/support/window_bench.h"
#include "ui/format/figures.h"
#include "ui/tables/record_model.h"
#include "ui/tables/record_view.h"
#include "ui/window/run_files.h"
#include "ui/window/tables_pane.h"

#include <QDir>
#include <QProgressDialog>
#include <QPushButton>
#include <QSignalSpy>

using namespace penstock;
using namespace penstock::ui;
using namespace penstock::test;

/// What is exported is what the window shows, of one moment.
class TestExports : public QObject, WindowBench {
    Q_OBJECT

    QTemporaryDir out_;

    QString at(const QString& name) const { return out_.filePath(name); }
    RunFiles& files() const { return *window_->findChild<RunFiles*>(); }
    RecordModel& model() const { return window_->findChild<TablesPane*>()->record().model(); }

    static QByteArray contentOf(const QString& path) {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    /// RFC 4180, without line feeds in cells.
    static QList<QStringList> cellsOf(const QString& path) {
        QList<QStringList> rows;
        for (const auto& line : contentOf(path).split('\n')) {
            if (line.isEmpty()) continue;
            QStringList cells{QString()};
            bool quoted = false;
            const auto text = QString::fromUtf8(line);
            for (int i = 0; i < text.size(); ++i) {
                if (text[i] == QLatin1Char('"')) {
                    if (quoted && i + 1 < text.size() && text[i + 1] == QLatin1Char('"')) cells.last() += text[i++];
                    else quoted = !quoted;
                } else if (text[i] == QLatin1Char(',') && !quoted) {
                    cells << QString();
                } else {
                    cells.last() += text[i];
                }
            }
            rows << cells;
        }
        return rows;
    }
    static std::optional<double> figure(const QString& cell) { return cell.isEmpty() ? std::nullopt : std::optional(cell.toDouble()); }

    /// Each figure of the file reads as the window has it, and is the record's own to the last digit.
    void isWhatTheWindowShows(const QString& path) {
        const auto rows = cellsOf(path);
        const auto& record = *session_->record();
        QCOMPARE(rows.size(), static_cast<int>(record.rows.size()) + 3);
        QCOMPARE(rows[0].join(','), QStringLiteral("metric,unit,baseline,controlled,ratio,ci_low,ci_high,interpretation"));
        QCOMPARE(model().rowCount(), static_cast<int>(record.rows.size()));
        int bothSides = 0;
        for (int i = 0; i < model().rowCount(); ++i) {
            const auto& cells = rows[i + 1];
            const auto& row = record.rows[static_cast<std::size_t>(i)];
            QCOMPARE(cells.size(), 8);
            // The window has the cost first; the file has the record's order.
            const auto at = model().match(model().index(0, RecordModel::Metric), Qt::DisplayRole, cells[0], 1, Qt::MatchExactly);
            QCOMPARE(at.size(), 1);
            const auto shown = [&](int column) { return at[0].siblingAtColumn(column).data().toString(); };
            QCOMPARE(cells[0], shown(RecordModel::Metric));
            QCOMPARE(cells[1], shown(RecordModel::Unit));
            QCOMPARE(numberText(figure(cells[2]), 4), shown(RecordModel::Baseline));
            QCOMPARE(numberText(figure(cells[3]), 4), shown(RecordModel::Controlled));
            QCOMPARE(numberText(figure(cells[4]), 4), shown(RecordModel::Ratio));
            QCOMPARE(cells[7], QStringLiteral("simulated endpoint: ") + shown(RecordModel::Meaning));
            QCOMPARE(figure(cells[2]), row.baseline);
            QCOMPARE(figure(cells[3]), row.controlled);
            QCOMPARE(figure(cells[4]), row.ratio);
            QCOMPARE(figure(cells[5]), row.interval ? std::optional(row.interval->low) : std::nullopt);
            QCOMPARE(figure(cells[6]), row.interval ? std::optional(row.interval->high) : std::nullopt);
            bothSides += row.baseline && row.controlled;
        }
        QVERIFY(bothSides >= 6);
        QCOMPARE(rows[rows.size() - 2][0], QStringLiteral("verdict"));
        QVERIFY(rows[rows.size() - 2][7].endsWith(QString::fromStdString(record.verdictText)));
        QCOMPARE(rows.last()[7], QStringLiteral("simulated endpoint: baseline: %1; controlled: %2")
                                     .arg(QString::fromStdString(record.baselineName), QString::fromStdString(record.controlledName)));
    }

    QString completeRun(int cap) {
        open(1, cap);
        action(QStringLiteral("Start"))->trigger();
        if (!QTest::qWaitFor([this] { return session_->overview() && session_->overview()->complete; }, patience)) qFatal("the run does not end");
        return session_->file();
    }
    /// What the export said at its end.
    QString told(const std::function<void()>& ask) {
        QSignalSpy done(&files(), &RunFiles::done), problem(&files(), &RunFiles::problem);
        ask();
        if (!QTest::qWaitFor([&] { return done.count() + problem.count() > 0; }, patience)) return QStringLiteral("nothing");
        return (done.isEmpty() ? problem : done)[0][0].toString();
    }

public:
    TestExports()
        : WindowBench(60) {}

private Q_SLOTS:
    void init() { startServer(); }
    void cleanup() { closeAll(); }

    void theRecordOfTwoRunsIsExportedWithBothSides() {
        const auto first = completeRun(1), second = completeRun(8);
        QVERIFY(!session_->record());
        session_->compare({first.toStdString(), 0}, {second.toStdString(), 0});
        QTRY_VERIFY_WITH_TIMEOUT(session_->record(), patience);
        QCOMPARE(told([&] { files().exportRecord(at("two.csv")); }), QStringLiteral("Written: ") + at("two.csv"));
        isWhatTheWindowShows(at("two.csv"));
    }

    void theRecordOfARunAloneFillsOneSide() {
        completeRun(4);
        QCOMPARE(told([&] { files().exportRecord(at("one.csv")); }), QStringLiteral("Written: ") + at("one.csv"));
        const auto rows = cellsOf(at("one.csv"));
        QCOMPARE(rows[1][0], QStringLiteral("new_connections_per_success"));
        for (int i = 1; i < rows.size(); ++i) QVERIFY(rows[i][2].isEmpty());
        QCOMPARE(figure(rows[2][3]), std::optional(4.0));
    }

    void aPinnedSettingIsTheOtherSideOfWhatIsExported() {
        open(0, 1);
        action(QStringLiteral("Start"))->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(session_->snapshot() && session_->snapshot()->successes > 5, patience);
        QTRY_VERIFY_WITH_TIMEOUT(session_->pin().ok(), patience); // once the setting has figures
        QVERIFY(session_->apply(cap(8)).ok());
        const auto before = session_->snapshot()->successes;
        QTRY_VERIFY_WITH_TIMEOUT(session_->snapshot()->successes > before + 30, patience);
        end();
        QTRY_VERIFY_WITH_TIMEOUT(session_->phase() == RunSession::Phase::Ended && session_->overview() && !session_->overview()->live, patience);
        // Comparisons are answered in the order in which they were asked for: this comes after the last of the run.
        bool compared = false;
        session_->archive().cutOff({}, [&](const auto&) { compared = true; });
        QTRY_VERIFY_WITH_TIMEOUT(compared && session_->record(), patience);
        QVERIFY2(session_->record()->controlledName.find("setting 2") != std::string::npos, session_->record()->controlledName.c_str());
        QCOMPARE(told([&] { files().exportRecord(at("pinned.csv")); }), QStringLiteral("Written: ") + at("pinned.csv"));
        isWhatTheWindowShows(at("pinned.csv"));
        QCOMPARE(told([&] { files().exportTo(RunArchive::ExportKind::Everything, at("pinned")); }), QStringLiteral("Written: ") + at("pinned"));
        QCOMPARE(contentOf(at("pinned/record.csv")), contentOf(at("pinned.csv")));
    }

    void everythingOfARunThatGoesOnIsOfOneMoment() {
        open(0, 8);
        action(QStringLiteral("Start"))->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(session_->snapshot() && session_->snapshot()->successes > 20 && session_->overview(), patience);
        QCOMPARE(told([&] { files().exportTo(RunArchive::ExportKind::Everything, at("live")); }), QStringLiteral("Written: ") + at("live"));
        QVERIFY(session_->live());
        QCOMPARE(QDir(at("live")).entryList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::Hidden, QDir::Name),
                 (QStringList{"charts", "record.csv", "results.jsonl", "run.penstock", "spans.csv", "summary.json"}));
        QCOMPARE(QDir(at("live/charts")).entryList(QDir::Files).size(), 12);
        RunArchive archive;
        std::optional<RunOverview> copy;
        archive.open(at("live").toStdString(), [&](const Result<RunOverview>& overview) { copy = *overview; });
        QTRY_VERIFY_WITH_TIMEOUT(copy, patience);
        QVERIFY(!copy->complete && copy->requests > 20);
        QCOMPARE(contentOf(at("live/results.jsonl")).count('\n'), static_cast<int>(copy->requests));
        for (const auto& name : QDir(at("live/charts")).entryList({"*.csv"}))
            for (const auto& row : cellsOf(at("live/charts/") + name).mid(1))
                QVERIFY2(row[0].toDouble() <= copy->lengthSeconds + 0.001, qPrintable(name + QLatin1Char(' ') + row[0]));
        end();
    }

    void cancellingTheChartsLeavesNone() {
        completeRun(8);
        const auto words = told([&] {
            files().exportCharts(at("charts"));
            auto* progress = window_->findChild<QProgressDialog*>();
            QVERIFY(progress);
            progress->findChild<QPushButton*>()->click();
        });
        QCOMPARE(words, QStringLiteral("the export was cancelled"));
        QVERIFY(!QFile::exists(at("charts")));
        QCOMPARE(told([&] { files().exportCharts(at("charts")); }), QStringLiteral("Written: ") + at("charts"));
        QCOMPARE(QDir(at("charts")).entryList(QDir::Files).size(), 12);
        QTRY_VERIFY_WITH_TIMEOUT(!window_->findChild<QProgressDialog*>(), patience);
    }
};

QTEST_MAIN(TestExports)
#include "tst_exports.moc"
