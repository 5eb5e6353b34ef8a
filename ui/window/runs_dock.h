#pragma once

#include "ui/session/run_session.h"

#include <QDockWidget>

namespace penstock::ui {

class RunsPanel;

/// The list of earlier runs beside the charts: opens them, names them, holds two of them against each other.
class RunsDock final : public QDockWidget {
    Q_OBJECT

public:
    RunsDock(RunSession& session, QWidget* parent);
    ~RunsDock() override;

    /// Reads the runs' folder anew.
    void reload();

Q_SIGNALS:
    /// Two runs are being held against each other: the record is where to look.
    void compared();
    void openRequested(const QString& path);
    void problem(const QString& sentence);

protected:
    void showEvent(QShowEvent* event) override;

private:
    RunSession& session_;
    RunsPanel* panel_ = nullptr;
};

} // namespace penstock::ui
