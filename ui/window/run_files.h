#pragma once

#include "ui/session/run_session.h"

#include <QObject>
#include <QPointer>
#include <QStringList>

class QMenu;
class QProgressDialog;
class QWidget;

namespace penstock::ui {

class ChartBoard;

/// Opening, saving and exporting the run that is shown, and the list of recent files. Other threads do the work; a dialog shows
/// its progress and can cancel it.
class RunFiles final : public QObject {
    Q_OBJECT

public:
    RunFiles(RunSession& session, ChartBoard& charts, QWidget* window);

    void openWithDialog();
    void open(const QString& path);
    void saveAsWithDialog();
    void exportRecordWithDialog();
    void exportSpansWithDialog();
    void exportChartsWithDialog();
    void exportAllWithDialog();
    // Without asking where: what the dialogs do once they know.

    void exportTo(RunArchive::ExportKind kind, const QString& path);
    /// The record that is shown, of two settings; the run's own when none is.
    void exportRecord(const QString& path);
    void exportCharts(const QString& folder);

    void fillRecent(QMenu& menu);
    static QStringList recent();

Q_SIGNALS:
    void problem(const QString& sentence);
    void done(const QString& sentence);

private:
    void remember(const QString& path);
    QString suggestion(const QString& suffix) const;
    bool somethingToExport();
    QProgressDialog* showProgress(const QString& path, std::function<void()> cancel);
    /// The charts of an export of everything; of a run that goes on, as they were at the moment of which the rest is.
    void addCharts(const QString& folder, std::optional<double> until, const QPointer<QProgressDialog>& progress);
    void tell(const Status& status, const QString& done);

    RunSession& session_;
    ChartBoard& charts_;
    QWidget* window_;
};

} // namespace penstock::ui
