#pragma once

#include "engine/simulator/simulator.h"
#include "tests/ui/support/own_settings.h"
#include "ui/window/banner.h"
#include "ui/window/main_window.h"

#include <QAbstractSpinBox>
#include <QTest>
#include <QToolButton>

#include <memory>

namespace penstock::test {

constexpr int patience = 60'000; // milliseconds, of a condition that comes much sooner

class NoKeys final : public ui::KeyStore {
    void read(const QString&, std::function<void(Answer)> done) override { done({}); }
    void write(const QString&, const QString&, std::function<void(Answer)> done) override { done({}); }
};

/// The real window on a run of `prompts` requests, and the means to use it as a person does.
class WindowBench {
public:
    static constexpr int prompts = 60;

    OwnSettings settings;
    QTemporaryDir folder;
    NoKeys keys;
    std::unique_ptr<ui::RunSession> session;
    std::unique_ptr<ui::MainWindow> window;

    /// `bytes`: of each prompt.
    QString workload(int bytes = 30) const {
        const QString path = folder.filePath(QStringLiteral("prompts-%1.jsonl").arg(bytes));
        QFile file(path);
        if (file.open(QIODevice::WriteOnly))
            for (int i = 0; i < prompts; ++i)
                file.write("{\"prompt\":\"" + QByteArray(bytes, 'a') + "\"}\n");
        return path;
    }

    static Target targetOf(const Simulator& simulator) {
        Target target;
        target.simulated = true;
        target.baseUrl = simulator.baseUrl();
        if (!simulator.certificatePem().empty()) target.caPem.push_back(simulator.certificatePem());
        return target;
    }

    /// `repeat` 0: until stopped.
    void open(const Target& target, std::uint64_t repeat = 1, const QString& runs = {}, int promptBytes = 30) {
        session = std::make_unique<ui::RunSession>(runs.isEmpty() ? folder.filePath(QStringLiteral("runs")) : runs,
                                                   [target] { return Result<Target>(target); });
        ui::RunSetup setup;
        setup.target = target;
        setup.targetName = QStringLiteral("the target");
        setup.workload.path = workload(promptBytes).toStdString();
        setup.workload.repeat = repeat;
        setup.workload.maxTokens = 8;
        setup.workloadName = QStringLiteral("prompts");
        QVERIFY(session->setSetup(setup).ok());
        Knobs knobs;
        knobs.maxConcurrency = 4;
        QVERIFY(session->apply(knobs).ok());
        window = std::make_unique<ui::MainWindow>(ui::MainWindow::Parts{*session, keys, {}, folder.path()});
        window->resize(1440, 900);
        window->show();
    }
    void close() {
        window.reset();
        session.reset();
    }

    QAction* action(const QString& words) const {
        for (auto* found : window->actions())
            if (QString(found->text()).remove(QLatin1Char('&')) == words) return found;
        return nullptr;
    }
    /// A button of the top bar.
    void click(const QString& words) {
        for (auto* found : window->findChildren<QToolButton*>())
            if (found->defaultAction() && found->text() == words) return QTest::mouseClick(found, Qt::LeftButton);
        QFAIL(qPrintable(QStringLiteral("no button ") + words));
    }

    ui::Banner& banner() const { return *window->findChild<ui::Banner*>(); }
    QString sentence() const { return banner().isVisible() ? banner().sentence() : QString(); }
    /// The button of the banner that does something about it; null when it has none.
    QToolButton* remedy() const {
        for (auto* button : banner().findChildren<QToolButton*>())
            if (button->isVisible() && button->text() != QStringLiteral("\u00d7")) return button;
        return nullptr;
    }
    QString remedyText() const { return remedy() ? remedy()->text() : QString(); }

    /// Where PENSTOCK_PICTURES names a folder, what the person sees.
    void picture(const QString& name) const {
        const QString folderName = qEnvironmentVariable("PENSTOCK_PICTURES");
        if (!folderName.isEmpty())
            QVERIFY(window->grab().save(folderName + QLatin1Char('/') + name + QStringLiteral(".png")));
    }
};

} // namespace penstock::test
