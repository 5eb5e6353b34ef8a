#include "tests/ui/window/target_bench.h"
#include "ui/window/top_bar.h"

using namespace penstock;
using namespace penstock::test;
using namespace penstock::ui;

namespace {

/// A keychain that answers when the test says so.
class HeldKeys final : public KeyStore {
public:
    void read(const QString& target, std::function<void(Answer)> done) override {
        asked << target;
        pending = std::move(done);
    }
    void write(const QString&, const QString&, std::function<void(Answer)> done) override { done({}); }
    void answer(const Answer& answer) { std::exchange(pending, nullptr)(answer); }

    QStringList asked;
    std::function<void(Answer)> pending;
};

} // namespace

/// What the top bar says of the target, and the target whose key lives in the keychain.
class TestWindowTarget : public QObject {
    Q_OBJECT

    std::unique_ptr<TargetBench> bench_;
    const QString account_ = QStringLiteral("https://gpu.example/v1");
    const QString secret_ = QStringLiteral("sk-0123456789abcdef");

    RunSession& session() { return *bench_->session_; }
    void simulate(const SimulatorOptions& options) { bench_->simulate(options); }
    /// As the button tells it to assistive tools; the labels on it may be cut short.
    QString told() const {
        for (auto* button : bench_->window_->findChild<TopBar*>()->findChildren<QToolButton*>())
            if (button->accessibleName() == QStringLiteral("Target")) return button->accessibleDescription();
        return {};
    }

    /// The window on a target whose key is in the keychain, as at the program's start.
    void openAwaiting(HeldKeys& keys) {
        simulate({});
        bench_->open(bench_->simulated());
        bench_->window_.reset();
        auto setup = session().setup();
        setup.target.simulated = false;
        setup.targetName = account_;
        setup.keyAwaited = true;
        QVERIFY(session().setSetup(setup).ok());
        bench_->window_ = std::make_unique<MainWindow>(MainWindow::Parts{session(), keys, {}, bench_->folder_.path()});
        bench_->window_->show();
        bench_->window_->bringKey(account_);
    }
    int requests() const { return bench_->requests(); }

private Q_SLOTS:
    void init() { bench_ = std::make_unique<TargetBench>(); }
    void cleanup() { bench_.reset(); }

    void theTopBarTellsWhatWasAskedForAndThenWhatWasNegotiated_data() {
        QTest::addColumn<bool>("tls");
        QTest::addColumn<bool>("http2");
        QTest::addColumn<int>("mode");
        QTest::addColumn<QString>("asked");
        QTest::addColumn<QString>("negotiated");
        const QString dot = QStringLiteral(" \u00b7 ");
        QTest::newRow("HTTP/1.1") << false << true << int(HttpMode::Auto) << QStringLiteral("asks for HTTP/1.1")
                                  << QStringLiteral("HTTP/1.1");
        QTest::newRow("h2c") << false << true << int(HttpMode::H2c) << QStringLiteral("asks for h2c")
                             << QStringLiteral("h2c");
        QTest::newRow("HTTP/2 over TLS") << true << true << int(HttpMode::Http2)
                                         << QStringLiteral("asks for HTTP/2, TLS")
                                         << QStringLiteral("HTTP/2") + dot + QStringLiteral("TLS 1.3");
        QTest::newRow("ALPN chooses HTTP/2")
            << true << true << int(HttpMode::Auto) << QStringLiteral("asks for HTTP/2, else HTTP/1.1, TLS")
            << QStringLiteral("HTTP/2") + dot + QStringLiteral("TLS 1.3");
        QTest::newRow("ALPN chooses HTTP/1.1")
            << true << false << int(HttpMode::Auto) << QStringLiteral("asks for HTTP/2, else HTTP/1.1, TLS")
            << QStringLiteral("HTTP/1.1") + dot + QStringLiteral("TLS 1.3");
        QTest::newRow("HTTP/1.1 over TLS")
            << true << true << int(HttpMode::Http11) << QStringLiteral("asks for HTTP/1.1, TLS")
            << QStringLiteral("HTTP/1.1") + dot + QStringLiteral("TLS 1.3");
    }
    void theTopBarTellsWhatWasAskedForAndThenWhatWasNegotiated() {
        QFETCH(bool, tls);
        QFETCH(bool, http2);
        QFETCH(int, mode);
        QFETCH(QString, asked);
        QFETCH(QString, negotiated);
        SimulatorOptions options;
        options.protocol = tls ? SimulatorOptions::Protocol::Tls : SimulatorOptions::Protocol::Plain;
        options.http2 = http2;
        options.stepBase = std::chrono::milliseconds{2};
        simulate(options);
        auto target = bench_->simulated();
        target.http = static_cast<HttpMode>(mode);
        bench_->open(target);
        const QString prefix = QStringLiteral("the target \u00b7 chat \u00b7 ");
        QCOMPARE(told(), prefix + asked);
        bench_->picture(QStringLiteral("asked"));
        bench_->click(QStringLiteral("Start"));
        QTRY_COMPARE_WITH_TIMEOUT(told(), prefix + negotiated, patience);
        bench_->picture(QStringLiteral("negotiated"));
        QTRY_VERIFY_WITH_TIMEOUT(session().phase() == RunSession::Phase::Ended && session().overview() &&
                                     session().overview()->complete,
                                 patience);
        QCOMPARE(session().snapshot()->successes, std::uint64_t{TargetBench::prompts});
        QCOMPARE(told(), prefix + negotiated);

        // The run that is shown keeps its target; of another one nothing is known yet.
        auto setup = session().setup();
        setup.target.simulated = false; // built-in ones are all the same one
        setup.target.baseUrl = tls ? "https://127.0.0.1:1/v1" : "http://127.0.0.1:1/v1";
        QVERIFY(session().setSetup(setup).ok());
        QCOMPARE(told(), QStringLiteral("the target \u00b7 next run: the target \u00b7 chat \u00b7 ") + negotiated);
        QVERIFY(session().nextAsksAnother());
        QVERIFY(session().newRun().ok());
        QCOMPARE(told(), prefix + asked);
    }

    void theKeyIsBroughtWithoutMakingAnybodyWait() {
        HeldKeys keys;
        openAwaiting(keys);
        QCOMPARE(keys.asked, QStringList{account_});
        QVERIFY(bench_->sentence().isEmpty());
        QVERIFY2(told().contains(QStringLiteral("key not read yet")), qPrintable(told()));
        keys.answer({secret_, {}});
        QCOMPARE(QString::fromStdString(session().setup().target.apiKey), secret_);
        QVERIFY(!session().setup().keyAwaited);
        QVERIFY2(!told().contains(QStringLiteral("key")), qPrintable(told()));
        QVERIFY(!session().live()); // nobody asked for a run
        bench_->click(QStringLiteral("Start"));
        QTRY_VERIFY_WITH_TIMEOUT(session().phase() == RunSession::Phase::Ended, patience);
        QCOMPARE(requests(), TargetBench::prompts);
        bench_->window_->close();
        QVERIFY(!bench_->settings_.written().contains(secret_.toUtf8()));
    }

    void startWaitsForTheKeyAndSaysSo() {
        HeldKeys keys;
        openAwaiting(keys);
        bench_->click(QStringLiteral("Start"));
        QCOMPARE(bench_->sentence(), QStringLiteral("The run starts as soon as the keychain has given the key of %1; "
                                                    "it may be asking you for its password.")
                                         .arg(account_));
        QCOMPARE(bench_->remedyText(), QStringLiteral("Target..."));
        QVERIFY(!session().live());
        QCOMPARE(requests(), 0);
        bench_->picture(QStringLiteral("key_awaited"));
        keys.answer({secret_, {}});
        QVERIFY(session().live());
        QTRY_VERIFY_WITH_TIMEOUT(session().phase() == RunSession::Phase::Ended, patience);
        QCOMPARE(requests(), TargetBench::prompts);
    }

    void aKeychainThatRefusesIsSaidOnceAndAtEachStart() {
        HeldKeys keys;
        openAwaiting(keys);
        const QString why = QStringLiteral("The keychain does not give the key (locked): enter it.");
        keys.answer({{}, why});
        QCOMPARE(bench_->sentence(), why);
        QCOMPARE(bench_->remedyText(), QStringLiteral("Target..."));
        bench_->picture(QStringLiteral("key_problem"));
        bench_->sign().dismiss();
        bench_->click(QStringLiteral("Start"));
        QCOMPARE(bench_->sentence(), why);
        QVERIFY(!session().live());
        QCOMPARE(requests(), 0);
    }

    void aKeychainWithoutTheKeyIsSaidWithWhatToDo() {
        HeldKeys keys;
        openAwaiting(keys);
        bench_->click(QStringLiteral("Start"));
        keys.answer({});
        QCOMPARE(bench_->sentence(), QStringLiteral("The keychain holds no key for %1: enter it under Run > Target, or "
                                                    "name an environment variable there that holds it.")
                                         .arg(account_));
        QVERIFY(!session().live());
        QCOMPARE(requests(), 0);
    }

    void aKeyThatComesAfterAnotherTargetWasChosenIsDropped() {
        HeldKeys keys;
        openAwaiting(keys);
        bench_->click(QStringLiteral("Start"));
        auto setup = session().setup();
        setup.keyAwaited = false;
        setup.target.apiKey = "another";
        QVERIFY(session().setSetup(setup).ok());
        keys.answer({secret_, {}});
        QCOMPARE(session().setup().target.apiKey, std::string("another"));
        QVERIFY(!session().live());
        QVERIFY(session().start().ok());
        QTRY_VERIFY_WITH_TIMEOUT(session().phase() == RunSession::Phase::Ended, patience);
    }

    void noRunBeginsBehindTheWindowsBackWithoutItsKey() {
        HeldKeys keys;
        openAwaiting(keys);
        const auto started = session().start();
        QVERIFY(!started.ok());
        QVERIFY2(QString::fromStdString(started.error().message).contains(QStringLiteral("keychain")),
                 started.error().message.c_str());
        QVERIFY(
            !QFileInfo::exists(bench_->folder_.filePath(QStringLiteral("runs")))); // no folder for a run that is none
    }

    void aWindowThatIsGoneHearsNothingOfTheKey() {
        HeldKeys keys;
        openAwaiting(keys);
        bench_->window_.reset();
        keys.answer({secret_, {}});
        QVERIFY(session().setup().target.apiKey.empty());
    }
};

QTEST_MAIN(TestWindowTarget)
#include "tst_window_target.moc"
