#include "app/console/console_options.h"
#include "app/console/demo.h"
#include "engine/simulator/simulator.h"

#include <QTest>

using namespace penstock;
using namespace penstock::console;

namespace {

/// A run whose time the test tells, and which notes what is done to it.
struct NotedRun {
    QStringList done;
    Knobs knobs;
    std::optional<double> elapsed;

    Demo::Run run() {
        Demo::Run run;
        run.knobs = [this] { return knobs; };
        run.apply = [this](const Knobs& set) {
            knobs = set;
            done << QStringLiteral("cap %1").arg(set.maxConcurrency);
            return okStatus();
        };
        run.start = [this] {
            done << QStringLiteral("start");
            elapsed = 0;
            return okStatus();
        };
        run.pin = [this] {
            done << QStringLiteral("pin");
            return okStatus();
        };
        run.elapsed = [this] { return elapsed; };
        return run;
    }
};

std::variant<ConsoleOptions, int> parsed(std::vector<const char*> words) {
    words.insert(words.begin(), "penstock");
    return parseOptions(static_cast<int>(words.size()), const_cast<char**>(words.data()));
}

} // namespace

class TestDemo : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aDemoIsOneOnlyWhenItWasAskedFor() {
        const auto without = parsed({});
        QVERIFY(std::holds_alternative<ConsoleOptions>(without));
        QVERIFY(!std::get<ConsoleOptions>(without).demo);
        const auto with = parsed({"--demo"});
        QVERIFY(std::holds_alternative<ConsoleOptions>(with));
        QVERIFY(std::get<ConsoleOptions>(with).demo);
    }

    void aDemoThatWasNotStartedTurnsNothingAndPinsNothing() {
        NotedRun noted;
        noted.knobs.maxConcurrency = 14;
        Demo demo(noted.run());
        for (const double at : {0.0, 7.9, 8.0, 100.0}) {
            noted.elapsed = at;
            demo.follow();
        }
        QVERIFY2(noted.done.isEmpty(), qPrintable(noted.done.join(QLatin1Char(','))));
        QCOMPARE(noted.knobs.maxConcurrency, 14);
    }

    void itBeginsWithFourAndTurnsToTheProfilesCapAfterEightSecondsOfTheRun() {
        NotedRun noted;
        noted.knobs.maxConcurrency = 14;
        noted.knobs.queueCapacity = 77;
        Demo demo(noted.run());
        QVERIFY(demo.start().ok());
        QCOMPARE(noted.done, (QStringList{QStringLiteral("cap 4"), QStringLiteral("start")}));
        QCOMPARE(noted.knobs.queueCapacity, 77); // the cap alone
        for (const double at : {0.0, 4.0, 7.999}) {
            noted.elapsed = at;
            demo.follow();
        }
        QCOMPARE(noted.done.size(), 2);
        noted.elapsed = 8.0;
        demo.follow();
        // The setting that goes is the baseline, not the one that comes.
        QCOMPARE(noted.done, (QStringList{QStringLiteral("cap 4"), QStringLiteral("start"), QStringLiteral("pin"),
                                          QStringLiteral("cap 14")}));
        QCOMPARE(noted.knobs.queueCapacity, 77);
    }

    void whatThePersonTurnsAfterwardsStays() {
        NotedRun noted;
        noted.knobs.maxConcurrency = 14;
        Demo demo(noted.run());
        QVERIFY(demo.start().ok());
        noted.elapsed = 9.0;
        demo.follow();
        noted.knobs.maxConcurrency = 20;
        noted.done.clear();
        for (const double at : {9.1, 20.0, 3600.0}) {
            noted.elapsed = at;
            demo.follow();
        }
        QVERIFY(noted.done.isEmpty());
    }

    void nothingIsTurnedOnceTheRunIsOver() {
        NotedRun noted;
        Demo demo(noted.run());
        QVERIFY(demo.start().ok());
        noted.done.clear();
        noted.elapsed = std::nullopt;
        demo.follow();
        QVERIFY(noted.done.isEmpty());
    }

    /// The same on a real session, whose server's count is the judge.
    void onARealSessionTheServerSeesFour() {
        SimulatorOptions options;
        options.stepBase = std::chrono::milliseconds{2};
        auto simulator = startSimulator(options);
        QVERIFY(simulator.ok());
        QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("prompts.txt")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("say something\n");
        file.close();
        ui::RunSession session(folder.filePath(QStringLiteral("runs")), [&] {
            Target target;
            target.simulated = true;
            target.baseUrl = (*simulator)->baseUrl();
            return Result<Target>(target);
        });
        ui::RunSetup setup;
        setup.workload.path = file.fileName().toStdString();
        setup.workload.repeat = 0;
        QVERIFY(session.setSetup(setup).ok());
        QVERIFY(session.useSimulated().ok());
        Knobs knobs;
        knobs.maxConcurrency = 14;
        QVERIFY(session.apply(knobs).ok());
        Demo demo(session);
        QCOMPARE(session.knobs().maxConcurrency, 14); // made, but not started
        QVERIFY(demo.start().ok());
        QVERIFY(session.live());
        QCOMPARE(session.knobs().maxConcurrency, Demo::firstCap);
        constexpr int patience = 60'000;
        QTRY_COMPARE_WITH_TIMEOUT((*simulator)->stats().at("live").get<int>(), 4, patience);
        QCOMPARE((*simulator)->stats().at("peak_in_flight").get<int>(), 4);
        QVERIFY(!session.baseline());
        session.stop();
        session.stop();
        QTRY_VERIFY_WITH_TIMEOUT(!session.live(), patience);
    }
};

QTEST_MAIN(TestDemo)
#include "tst_demo.moc"
