#pragma once

#include "tests/ui/support/window_bench.h"

namespace penstock::test {

/// A window on any target: a simulated endpoint of a chosen kind, or whoever stands in for a server.
class TargetBench : public WindowBench {
public:
    static constexpr int prompts = 60;

    TargetBench()
        : WindowBench(prompts) {}

    using WindowBench::action, WindowBench::click, WindowBench::picture, WindowBench::requests;
    using WindowBench::folder_, WindowBench::session_, WindowBench::settings_, WindowBench::simulator_, WindowBench::window_;

    void simulate(const SimulatorOptions& options) { startServer(options); }
    QString address() const { return QString::fromStdString(simulator_->baseUrl()).section(QLatin1Char('/'), 2, 2); }
    /// The simulated endpoint, with the certificate that it made for itself.
    Target simulated() const {
        Target target;
        target.simulated = true;
        target.baseUrl = simulator_->baseUrl();
        if (!simulator_->certificatePem().empty()) target.caPem.push_back(simulator_->certificatePem());
        return target;
    }

    /// `repeat` 0: until stopped. `promptBytes`: of each prompt.
    void open(const Target& target, std::uint64_t repeat = 1, const QString& runs = {}, int promptBytes = 30) {
        auto session = std::make_unique<ui::RunSession>(runs.isEmpty() ? runsFolder() : runs, [target] { return Result<Target>(target); });
        ui::RunSetup setup;
        setup.target = target;
        setup.targetName = QStringLiteral("the target");
        setup.workload.path = workload(promptBytes).toStdString();
        setup.workload.repeat = repeat;
        setup.workload.maxTokens = 8;
        setup.workloadName = QStringLiteral("prompts");
        QVERIFY(session->setSetup(setup).ok());
        show(std::move(session), 4);
    }

    ui::Banner& sign() const { return *window_->findChild<ui::Banner*>(); }
    QString sentence() const { return sign().isVisible() ? sign().sentence() : QString(); }
    /// The button of the banner that does something about it; null when it has none.
    QToolButton* remedy() const {
        for (auto* button : sign().findChildren<QToolButton*>())
            if (button->isVisible() && button->text() != QStringLiteral("\u00d7")) return button;
        return nullptr;
    }
    QString remedyText() const { return remedy() ? remedy()->text() : QString(); }

private:
    QString workload(int bytes) const {
        const QString path = folder_.filePath(QStringLiteral("prompts-%1.jsonl").arg(bytes));
        QFile file(path);
        if (file.open(QIODevice::WriteOnly))
            for (int i = 0; i < prompts; ++i) file.write("{\"prompt\":\"" + QByteArray(bytes, 'a') + "\"}\n");
        return path;
    }
};

} // namespace penstock::test
