#pragma once

#include "tests/ui/support/own_settings.h"
#include "tests/ui/support/simulated_session.h"
#include "ui/theme/theme.h"
#include "ui/window/banner.h"
#include "ui/window/main_window.h"

#include <QToolButton>

namespace penstock::test {

/// A window as a person has it, on a session of its own: what is pressed by its words, and what the banner says.
class WindowBench : protected SimulatedSession {
    class NoKeys final : public ui::KeyStore {
        void read(const QString&, std::function<void(Answer)> done) override { done({}); }
        void write(const QString&, const QString&, std::function<void(Answer)> done) override { done({}); }
    };
    NoKeys keys_; // outlives the window

protected:
    explicit WindowBench(int prompts)
        : SimulatedSession(prompts) {}

    void open(std::uint64_t repeat, int cap = 4) {
        show(newSession(repeat), cap);
    }
    void show(std::unique_ptr<ui::RunSession> session, int cap) {
        window_.reset();
        session_ = std::move(session);
        if (!session_->apply(SimulatedSession::cap(cap))) qFatal("the cap cannot be set");
        window_ = std::make_unique<ui::MainWindow>(ui::MainWindow::Parts{*session_, keys_, {}, folder_.path()});
        window_->resize(1440, 900);
        window_->show();
    }
    /// Cancels what is going on.
    void end() {
        if (session_->live()) {
            session_->stop();
            session_->stop();
        }
        QTRY_VERIFY_WITH_TIMEOUT(!session_->live(), patience);
    }
    /// For a test's cleanup().
    void closeAll() {
        window_.reset();
        session_.reset();
        simulator_.reset();
    }

    QAction* action(const QString& words) const {
        for (auto* found : window_->actions())
            if (QString(found->text()).remove(QLatin1Char('&')) == words) return found;
        return nullptr;
    }
    QToolButton* button(const QString& words) const {
        for (auto* found : window_->findChildren<QToolButton*>())
            if (found->defaultAction() && found->text() == words) return found;
        return nullptr;
    }
    void click(const QString& words) {
        auto* found = button(words);
        QVERIFY2(found, qPrintable(words));
        QTest::mouseClick(found, Qt::LeftButton);
    }
    QString banner() const { return window_->findChild<ui::Banner*>()->sentence(); }

    /// Draws the window into the folder that PENSTOCK_PICTURES names, in both themes, to be looked at.
    void picture(const QString& name) {
        const QString into = qEnvironmentVariable("PENSTOCK_PICTURES");
        if (into.isEmpty()) return;
        for (const bool dark : {true, false}) {
            ui::Theme::instance().setMode(dark ? ui::Theme::Mode::Dark : ui::Theme::Mode::Light);
            QCoreApplication::processEvents();
            window_->grab().save(into + QLatin1Char('/') + name + (dark ? QStringLiteral("_dark.png") : QStringLiteral("_light.png")));
        }
    }

    OwnSettings settings_;
    std::unique_ptr<ui::RunSession> session_;
    std::unique_ptr<ui::MainWindow> window_;
};

} // namespace penstock::test
