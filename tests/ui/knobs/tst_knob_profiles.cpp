// Profiles: chosen, saved, imported and deleted in the panel, and read by the headless program.
#include "engine/base/knobs_json.h"
#include "tests/ui/knobs/panel_bench.h"
#include "ui/knobs/profile_bar.h"
#include "ui/knobs/profile_list.h"

#include <QAction>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QInputDialog>
#include <QMenu>
#include <QMessageBox>
#include <QProcess>
#include <QSignalSpy>
#include <QToolButton>

using namespace penstock;
using namespace penstock::ui;
using namespace std::chrono_literals;

class TstKnobProfiles final : public QObject, ui::test::PanelTest {
    Q_OBJECT

    QStringList problems_;

    QComboBox* combo() { return bench_->panel->profileBar()->combo(); }
    QStringList names() {
        QStringList names;
        for (int row = 0; row < combo()->count(); ++row)
            if (const auto name = combo()->itemText(row); !name.isEmpty()) names << name;
        return names;
    }
    QAction* action(const QString& starts) {
        for (auto* action : bench_->panel->findChild<QToolButton*>(QStringLiteral("profile-more"))->menu()->actions())
            if (QString(action->text()).remove(QLatin1Char('&')).startsWith(starts)) return action;
        return nullptr;
    }
    /// Goes to the entry by keyboard, as a person does.
    void choose(const QString& name) {
        combo()->setFocus();
        QTest::keyClick(combo(), Qt::Key_Home);
        for (int press = 0; press < combo()->count() && combo()->currentText() != name; ++press)
            QTest::keyClick(combo(), Qt::Key_Down);
        QCOMPARE(combo()->currentText(), name);
    }
    QString file(const QString& name) { return bench_->folder.filePath(name + QStringLiteral(".json")); }
    void saveAs(const QString& name) {
        action("Save as")->trigger();
        auto* dialog = bench_->panel->findChild<QInputDialog*>();
        QVERIFY(dialog);
        auto* line = dialog->findChild<QLineEdit*>();
        line->selectAll();
        QTest::keyClicks(line, name);
        QTest::keyClick(line, Qt::Key_Return);
    }
    void importFile(const QString& path) {
        action("Import")->trigger();
        auto* dialog = bench_->panel->findChild<QFileDialog*>();
        QVERIFY(dialog);
        Q_EMIT dialog->fileSelected(path);
        dialog->close();
    }
    static void write(const QString& path, const QByteArray& text) {
        QFile out(path);
        QVERIFY(out.open(QIODevice::WriteOnly));
        QCOMPARE(out.write(text), text.size());
    }

private Q_SLOTS:
    void init() {
        openPanel();
        problems_.clear();
        connect(bench_->panel, &KnobPanel::problem, this, [this](const QString& sentence) { problems_ << sentence; });
    }
    void cleanup() { closePanel(); }

    void theBuiltInOnesAreThereAndTheDefaultIsControlled() {
        QCOMPARE(names(), (QStringList{"Baseline (wasteful)", "Controlled"}));
        QCOMPARE(combo()->currentText(), QStringLiteral("Controlled"));
    }

    void choosingOneIsOneStepAndKeepsTheCost() {
        auto& b = *bench_;
        b.type("cost-per-hour", "7");
        b.asked.clear();
        choose("Baseline (wasteful)");
        QCOMPARE(b.asked.size(), 1u);
        Knobs expected;
        expected.maxConcurrency = 1;
        expected.connectionReuse = ConnectionReuse::Never;
        expected.prewarm = false;
        expected.jitter = Jitter::None;
        expected.costPerHour = 7;
        QCOMPARE(b.last(), expected);
        QCOMPARE(b.undo.count(), 2);
        QCOMPARE(b.undo.undoText(), QStringLiteral("Profile Baseline (wasteful)"));
        b.undo.undo();
        QCOMPARE(b.last().maxConcurrency, 14);
        QCOMPARE(combo()->currentText(), QStringLiteral("Controlled"));
        b.undo.redo();
        QCOMPARE(combo()->currentText(), QStringLiteral("Baseline (wasteful)"));
    }

    void aTurnedKnobMakesItEdited() {
        auto& b = *bench_;
        choose("Baseline (wasteful)");
        b.type("max-concurrency", "3");
        QCOMPARE(combo()->currentText(), QStringLiteral("Baseline (wasteful), edited"));
        b.type("max-concurrency", "1");
        QCOMPARE(combo()->currentText(), QStringLiteral("Baseline (wasteful)"));
    }

    void aSavedOneIsReadBackTheSameByThePanelAndByTheHeadlessProgram() {
        auto& b = *bench_;
        b.type("max-concurrency", "23");
        b.type("first-token-timeout", "1.5");
        b.type("output-token-price", "0.6");
        b.type("degrade-overrides", "{\"max_tokens\": 32, \"stop\": \"\\\"\"}");
        const Knobs saved = b.panel->knobs();
        QCOMPARE(saved.maxConcurrency, 23);
        saveAs("my knee");
        QTRY_VERIFY_WITH_TIMEOUT(names().contains("my knee"), 10'000);
        QCOMPARE(combo()->currentText(), QStringLiteral("my knee"));
        QCOMPARE(problems_, QStringList());

        b.type("max-concurrency", "2");
        QCOMPARE(combo()->currentText(), QStringLiteral("my knee, edited"));
        choose("my knee");
        QCOMPARE(b.panel->knobs(), saved);

        QFile written(file("my knee"));
        QVERIFY(written.open(QIODevice::ReadOnly));
        Knobs read;
        QVERIFY(applyJson(nlohmann::json::parse(written.readAll().toStdString()), read).ok());
        QCOMPARE(read, saved);

        const QString program = qEnvironmentVariable("PENSTOCK_BIN") + QStringLiteral("/penstock-cli");
        if (!QFile::exists(program)) QSKIP("penstock-cli is not built, so its reading of the profile is not tried");
        QTemporaryDir output;
        const QString prompts = output.filePath("prompts.txt");
        write(prompts, "one\ntwo\nthree\n");
        QProcess cli;
        cli.start(program, {"run", "--profile", file("my knee"), "--workload", prompts, "--workload-format", "text",
                            "--output", output.filePath("out"), "--json"});
        QVERIFY(cli.waitForFinished(60'000));
        const auto said = cli.readAllStandardOutput();
        QVERIFY2(cli.exitCode() == 0, cli.readAllStandardError() + said);
        const auto summary = nlohmann::json::parse(said.toStdString(), nullptr, false);
        QVERIFY2(summary.is_object(), said);
        QCOMPARE(summary.at("max_concurrency").get<int>(), 23);
        QCOMPARE(summary.at("successes").get<int>(), 3);
    }

    void aDeletedOneIsGoneAndTheKnobsStay() {
        auto& b = *bench_;
        QVERIFY(!action("Delete")->isEnabled());
        b.type("max-concurrency", "23");
        saveAs("gone soon");
        QTRY_VERIFY_WITH_TIMEOUT(names().contains("gone soon"), 10'000);
        QVERIFY(action("Delete")->isEnabled());
        action("Delete")->trigger();
        auto* box = b.panel->findChild<QMessageBox*>();
        QVERIFY(box);
        for (auto* button : box->buttons())
            if (box->buttonRole(button) == QMessageBox::DestructiveRole) QTest::mouseClick(button, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(!names().contains("gone soon"), 10'000);
        QVERIFY(!QFile::exists(file("gone soon")));
        QCOMPARE(b.panel->knobs().maxConcurrency, 23);
    }

    void anImportedOneIsOfferedAndABadOneGetsOneSentence() {
        QTemporaryDir elsewhere;
        write(elsewhere.filePath("lean.json"), "{\"max-concurrency\": 5}");
        importFile(elsewhere.filePath("lean.json"));
        QTRY_VERIFY_WITH_TIMEOUT(names().contains("lean"), 10'000);
        QCOMPARE(bench_->asked.size(), 0u);
        choose("lean");
        QCOMPARE(bench_->last().maxConcurrency, 5);

        const std::pair<QByteArray, QByteArray> bad[] = {
            {"{\n\"max-concurrency\": }", "bad:2: is not JSON"},
            {"{\"max-concurrency\": 0}", "profile bad: max-concurrency must be between 1 and 100000"},
            {"{\"warp\": 9}", "profile bad: there is no knob named warp"},
            {"[]", "profile bad: a profile must be a JSON object of knobs"},
            {QByteArray(2 << 20, ' '), "profile bad: larger than 1 MiB, so it is no profile"},
        };
        for (const auto& [text, sentence] : bad) {
            problems_.clear();
            write(elsewhere.filePath("bad.json"), text);
            importFile(elsewhere.filePath("bad.json"));
            QTRY_COMPARE_WITH_TIMEOUT(problems_, QStringList{QString::fromUtf8(sentence)}, 10'000);
            QVERIFY(!names().contains("bad"));
            QVERIFY(!QFile::exists(file("bad")));
        }
        problems_.clear();
        importFile(elsewhere.filePath("lean.json"));
        QTRY_COMPARE_WITH_TIMEOUT(problems_.size(), 1, 10'000);
        QVERIFY(problems_.front().startsWith("there is a profile lean already"));
    }

    void aNameThatCannotBeAFileNameIsRefused() {
        for (const QString& name : {QStringLiteral("../up"), QStringLiteral("baseline"), QStringLiteral(".hidden")}) {
            problems_.clear();
            saveAs(name);
            QCOMPARE(problems_.size(), 1);
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        }
        QCOMPARE(QDir(bench_->folder.path()).entryList(QDir::Files | QDir::Hidden), QStringList());
    }

    void aDamagedOneInTheFolderIsToldAndTheOthersAreOffered() {
        write(file("broken"), "{");
        write(file("fine"), "{\"max-attempts\": 1}");
        ProfileList list(bench_->folder.path());
        QStringList said;
        connect(&list, &ProfileList::problem, &list, [&](const QString& sentence) { said << sentence; });
        QTRY_COMPARE_WITH_TIMEOUT(said, QStringList{"broken:1: is not JSON"}, 10'000);
        QCOMPARE(list.all().size(), 3u);
        QCOMPARE(list.all().back().name, QStringLiteral("fine"));
    }

    void aFolderThatCannotBeWrittenIsOneSentence() {
        write(bench_->folder.filePath("file"), "x");
        ProfileList list(bench_->folder.filePath("file/profiles"));
        QStringList said;
        connect(&list, &ProfileList::problem, &list, [&](const QString& sentence) { said << sentence; });
        list.save("mine", Knobs{});
        QTRY_COMPARE_WITH_TIMEOUT(said.size(), 1, 10'000);
        QVERIFY(said.front().contains("cannot be made"));
    }
};

QTEST_MAIN(TstKnobProfiles)
#include "tst_knob_profiles.moc"
