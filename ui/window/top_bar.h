#pragma once

#include "ui/session/run_session.h"

#include <QWidget>

class QAction;
class QLabel;
class QProgressBar;
class QToolButton;

namespace penstock::ui {

class HealthDot;
class ElidedLabel;

/// Who is asked, with what, how far it is, and the buttons that run it. Reads the session; acts through the actions it is given.
class TopBar final : public QWidget {
    Q_OBJECT

public:
    struct Actions {
        QAction *target, *workload, *startOrPause, *stop, *pin;
    };
    TopBar(RunSession& session, const Actions& actions, QWidget* parent = nullptr);

    /// Called with each snapshot, and whenever the session changed otherwise.
    void refresh();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void showTarget();
    void tellTarget(const QString& detail);
    void showWorkload();
    void showRun();
    void showRoom();

    RunSession& session_;
    QString targetTip_;
    QToolButton *target_ = nullptr, *workload_ = nullptr;
    HealthDot* health_ = nullptr;
    QLabel *count_ = nullptr, *left_ = nullptr, *run_ = nullptr, *simulated_ = nullptr;
    ElidedLabel *targetName_ = nullptr, *targetDetail_ = nullptr, *workloadName_ = nullptr;
    QProgressBar* progress_ = nullptr;
};

} // namespace penstock::ui
