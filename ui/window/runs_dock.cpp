#include "ui/window/runs_dock.h"

#include "ui/runs/runs_panel.h"

#include <QDesktopServices>
#include <QFileInfo>
#include <QPointer>
#include <QUrl>

namespace penstock::ui {

RunsDock::RunsDock(RunSession& session, QWidget* parent)
    : QDockWidget(tr("Runs"), parent)
    , session_(session) {
    setObjectName(QStringLiteral("runs"));
    setAllowedAreas(Qt::LeftDockWidgetArea | Qt::RightDockWidgetArea);
    panel_ = new RunsPanel;
    setWidget(panel_);
    panel_->setMinimumWidth(280);
    connect(panel_, &RunsPanel::refreshRequested, this, &RunsDock::reload);
    connect(panel_, &RunsPanel::openRequested, this, [this](const std::string& path) { Q_EMIT openRequested(QString::fromStdString(path)); });
    connect(panel_, &RunsPanel::revealRequested, this, [](const std::string& path) {
        QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(QString::fromStdString(path)).path()));
    });
    connect(panel_, &RunsPanel::compareRequested, this, [this](const std::string& baseline, const std::string& controlled) {
        session_.compare({baseline, 0}, {controlled, 0});
        Q_EMIT compared();
    });
    connect(panel_, &RunsPanel::labelChanged, this, [this](const std::string& path, const RunLabel& label) {
        session_.archive().setLabel(path, label, [self = QPointer<RunsDock>(this), path](Result<RunLabel> written) {
            if (!self) return;
            if (written) return self->panel_->applyLabel(path, *written);
            Q_EMIT self->problem(QString::fromStdString(written.error().message));
            self->reload(); // the panel shows what the person typed, which is not what is kept
        });
    });
    connect(&session_, &RunSession::ended, this, [this] {
        if (isVisible()) reload();
    });
}

RunsDock::~RunsDock() { session_.disconnect(this); }

void RunsDock::reload() {
    session_.archive().list({session_.runsFolder().toStdString()}, [self = QPointer<RunsDock>(this)](Result<std::vector<RunListing>> runs) {
        if (!self) return;
        if (runs) self->panel_->setRuns(std::move(*runs));
        else Q_EMIT self->problem(QString::fromStdString(runs.error().message));
    });
}

void RunsDock::showEvent(QShowEvent* event) {
    QDockWidget::showEvent(event);
    reload();
}

} // namespace penstock::ui
