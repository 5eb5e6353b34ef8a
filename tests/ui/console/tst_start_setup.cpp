#include "app/console/start_setup.h"
#include "tests/ui/support/own_settings.h"
#include "ui/dialogs/target_form.h"

#include <QTest>

using namespace penstock;
using namespace penstock::console;

/// Which target the console opens on.
class TestStartSetup : public QObject {
    Q_OBJECT

    std::unique_ptr<test::OwnSettings> settings_;
    QTemporaryDir folder_;
    int simulatorsStarted_ = 0;

    Result<StartSetup> setup(const ConsoleOptions& options = {}) {
        ConsoleOptions given = options;
        given.workloadGiven = true;
        given.workload.path = "/somewhere/prompts.jsonl";
        return startSetup(
            given,
            [this] {
                ++simulatorsStarted_;
                Target target;
                target.simulated = true;
                target.baseUrl = "http://127.0.0.1:1/v1";
                return Result<Target>(target);
            },
            folder_.path());
    }
    static void choose(ui::TargetForm::KeySource source) {
        ui::TargetForm form;
        form.simulated = false;
        form.baseUrl = QStringLiteral("https://gpu.example/v1/");
        form.model = QStringLiteral("llama");
        form.http = HttpMode::Http2;
        form.keySource = source;
        form.save();
    }

private Q_SLOTS:
    void init() {
        settings_ = std::make_unique<test::OwnSettings>();
        simulatorsStarted_ = 0;
    }
    void cleanup() {
        QSettings().clear();
        settings_.reset();
    }

    void atTheFirstStartItIsTheSimulatedEndpoint() {
        const auto made = setup();
        QVERIFY(made.ok());
        QVERIFY(made->run.target.simulated);
        QCOMPARE(made->run.targetName, QStringLiteral("Simulated endpoint"));
        QVERIFY(!made->run.keyAwaited);
        QVERIFY(made->keyAccount.isEmpty());
        QCOMPARE(made->run.workloadName, QStringLiteral("prompts.jsonl"));
    }

    void theTargetThatWasChosenLastComesBack() {
        choose(ui::TargetForm::KeySource::None);
        const auto made = setup();
        QVERIFY(made.ok());
        QVERIFY(!made->run.target.simulated);
        QCOMPARE(made->run.target.baseUrl, std::string("https://gpu.example/v1"));
        QCOMPARE(made->run.target.model, std::string("llama"));
        QVERIFY(made->run.target.http == HttpMode::Http2);
        QVERIFY(!made->run.keyAwaited);
        QCOMPARE(simulatorsStarted_, 0);
    }

    void oneWhoseKeyIsInTheKeychainComesBackAndAwaitsIt() {
        choose(ui::TargetForm::KeySource::Keychain);
        const auto made = setup();
        QVERIFY(made.ok());
        QVERIFY(!made->run.target.simulated);
        QCOMPARE(made->run.target.baseUrl, std::string("https://gpu.example/v1"));
        QVERIFY(made->run.keyAwaited);
        QVERIFY(made->run.target.apiKey.empty());
        QCOMPARE(made->keyAccount, QStringLiteral("https://gpu.example/v1/")); // under which the dialog put it there
        QCOMPARE(simulatorsStarted_, 0);
    }

    void aTargetThatCannotBeUsedIsNotReplacedWithoutAWord() {
        choose(ui::TargetForm::KeySource::Environment);
        qunsetenv("OPENAI_API_KEY");
        const auto made = setup();
        QVERIFY(made.ok());
        QVERIFY(made->run.target.simulated);
        QVERIFY2(made->problem.contains(QStringLiteral("OPENAI_API_KEY")), qPrintable(made->problem));
        QVERIFY2(made->problem.contains(QStringLiteral("gpu.example")), qPrintable(made->problem));
    }

    void aWorkloadThatCannotBeMadeIsSaidAndTheWindowOpens() {
        QSettings().setValue(QStringLiteral("workload/source"), QStringLiteral("synthetic"));
        const auto made = startSetup({}, [] {
            Target target;
            target.simulated = true;
            return Result<Target>(target);
        }, QStringLiteral("/proc/nowhere"));
        QVERIFY(made.ok());
        QVERIFY2(made->problem.contains(QStringLiteral("/proc/nowhere")), qPrintable(made->problem));
        QVERIFY(made->run.workload.path.empty());
    }

    void aDemoAndATargetOfTheCommandLineDoNotTouchWhatIsRemembered() {
        choose(ui::TargetForm::KeySource::Keychain);
        ConsoleOptions demo;
        demo.demo = true;
        auto made = setup(demo);
        QVERIFY(made.ok());
        QVERIFY(made->run.target.simulated);
        QVERIFY(!made->run.keyAwaited && made->keyAccount.isEmpty());

        ConsoleOptions given;
        given.targetGiven = true;
        given.target.baseUrl = "http://127.0.0.1:8000/v1";
        made = setup(given);
        QVERIFY(made.ok());
        QCOMPARE(made->run.target.baseUrl, std::string("http://127.0.0.1:8000/v1"));
        QVERIFY(!made->run.keyAwaited && made->keyAccount.isEmpty());
    }
};

QTEST_MAIN(TestStartSetup)
#include "tst_start_setup.moc"
