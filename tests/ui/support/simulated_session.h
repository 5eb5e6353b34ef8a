#pragma once

#include "engine/simulator/simulator.h"
#include "ui/session/run_session.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

namespace penstock::test {

constexpr int patience = 60'000; // milliseconds, of a condition that comes much sooner

/// A simulated endpoint on a port, whose own counts are the judge, and sessions that ask it the same short prompts. Runs lie in a
/// folder that goes away with it.
class SimulatedSession {
protected:
    explicit SimulatedSession(int prompts) {
        if (!folder_.isValid()) qFatal("there is no temporary folder");
        QFile file(promptsFile());
        if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write the prompts");
        for (int i = 0; i < prompts; ++i) file.write("{\"prompt\":\"say something short\"}\n");
    }

    QString runsFolder() const { return folder_.filePath(QStringLiteral("runs")); }
    QString promptsFile() const { return folder_.filePath(QStringLiteral("prompts.jsonl")); }

    /// For a test's init().
    void startServer() {
        SimulatorOptions options;
        options.stepBase = std::chrono::milliseconds{2};
        startServer(options);
    }
    void startServer(const SimulatorOptions& options) {
        auto started = startSimulator(options);
        if (!started) qFatal("%s", started.error().message.c_str());
        simulator_ = std::move(*started);
    }

    /// A session that is ready to start; `repeat` 0: until it is stopped.
    std::unique_ptr<ui::RunSession> newSession(std::uint64_t repeat = 1) {
        auto session = std::make_unique<ui::RunSession>(runsFolder(), [this] {
            Target target;
            target.simulated = true;
            target.baseUrl = simulator_->baseUrl();
            return Result<Target>(target);
        });
        ui::RunSetup setup;
        setup.workload.path = promptsFile().toStdString();
        setup.workload.repeat = repeat;
        setup.workload.maxTokens = 8;
        setup.workloadName = QStringLiteral("prompts");
        if (!session->setSetup(setup) || !session->useSimulated()) qFatal("the session cannot be set up");
        return session;
    }

    static Knobs cap(int value) {
        Knobs knobs;
        knobs.maxConcurrency = value;
        return knobs;
    }
    int live() const { return simulator_->stats().at("live").get<int>(); }
    int peak() const { return simulator_->stats().at("peak_in_flight").get<int>(); }
    int requests() const { return simulator_->stats().at("requests").get<int>(); }

    QTemporaryDir folder_;
    std::unique_ptr<Simulator> simulator_;
};

} // namespace penstock::test
