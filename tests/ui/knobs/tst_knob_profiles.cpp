// Profiles: chosen, saved as files, imported, deleted; and bad ones.
#include "tests/ui/knobs/panel_fixture.h"

using namespace penstock;
using namespace penstock::test;

class TstKnobProfiles final : public PanelFixture {
    Q_OBJECT

private Q_SLOTS:
    void init() { setUp(); }
    void cleanup() { tearDown(); }

    void choosingAProfileIsOneStepAndKeepsWhatTheCapacityCosts() {
        type("cost-per-hour", QStringLiteral("4.1"));
        type("max-attempts", QStringLiteral("7"));
        choose(QStringLiteral("Baseline (wasteful)"));
        Knobs expected;
        expected.costPerHour = 4.1;
        expected.maxConcurrency = 1;
        expected.connectionReuse = ConnectionReuse::Never;
        expected.prewarm = false;
        expected.jitter = Jitter::None;
        QCOMPARE(asked_.back(), expected);
        QCOMPARE(undo_->count(), 3);
        QCOMPARE(undo_->undoText(), QStringLiteral("Profile Baseline (wasteful)"));
        QCOMPARE(profile(), QStringLiteral("Baseline (wasteful)"));
        type("max-concurrency", QStringLiteral("2"));
        QCOMPARE(profile(), QStringLiteral("Baseline (wasteful), edited"));
        undo_->undo();
        QCOMPARE(profile(), QStringLiteral("Baseline (wasteful)"));
        undo_->undo();
        QCOMPARE(panel_->knobs().maxAttempts, 7);
        undo_->undo();
        QCOMPARE(profile(), QStringLiteral("Controlled"));
    }

    void ownProfilesAreFilesThatCanBeChosenAndDeleted() {
        type("max-concurrency", QStringLiteral("23"));
        Q_EMIT panel_->profileBar()->saveAsked(QStringLiteral("mine"));
        QTRY_COMPARE(profile(), QStringLiteral("mine"));
        QFile file(folder_->filePath(QStringLiteral("mine.json")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        Knobs read;
        QVERIFY(applyProfile(file.readAll().toStdString(), "mine", read).ok());
        QCOMPARE(read, panel_->knobs());
        choose(QStringLiteral("Controlled"));
        QCOMPARE(panel_->knobs().maxConcurrency, 14);
        choose(QStringLiteral("mine"));
        QCOMPARE(panel_->knobs().maxConcurrency, 23);
        panel_->profiles()->remove(QStringLiteral("mine"));
        QTRY_VERIFY(!QFile::exists(file.fileName()));
        QTRY_COMPARE(profile(), QStringLiteral("Own setting"));
        QCOMPARE(panel_->knobs().maxConcurrency, 23);
    }

    void aBadProfileGetsOneSentence() {
        QStringList sentences;
        connect(&*panel_, &KnobPanel::problem, this, [&](const QString& sentence) { sentences << sentence; });
        QTemporaryDir elsewhere;
        const QString path = elsewhere.filePath(QStringLiteral("broken.json"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{\n\"max-concurrency\": ");
        file.close();
        panel_->profiles()->import(path);
        QTRY_COMPARE(sentences, QStringList{QStringLiteral("broken:2: is not JSON")});
        panel_->profiles()->import(elsewhere.path());
        QTRY_COMPARE(sentences.size(), 2);
        panel_->profiles()->save(QStringLiteral("../up"), Knobs{});
        QTRY_COMPARE(sentences.size(), 3);
        QVERIFY(QDir(folder_->path()).isEmpty());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{\"max-concurrency\": 9}");
        file.close();
        panel_->profiles()->import(path);
        QTRY_VERIFY(panel_->profileBar()->combo()->findText(QStringLiteral("broken")) >= 0);
        panel_->profiles()->import(path);
        QTRY_COMPARE(sentences.size(), 4);
        QVERIFY(sentences.back().contains(QStringLiteral("already")));
    }
};

QTEST_MAIN(TstKnobProfiles)
#include "tst_knob_profiles.moc"
