#pragma once

#include "ui/session/run_session.h"

#include <QObject>
#include <QStringList>

class QMenu;
class QWidget;

namespace penstock::ui {

/// Opening, saving and exporting the run that is shown, and the list of recent files. The archive's thread does the work; a
/// dialog shows its progress and can cancel it.
class RunFiles final : public QObject {
    Q_OBJECT

public:
    /// `charts` writes the charts' pictures into a folder; an Error is one sentence.
    RunFiles(RunSession& session, std::function<Status(const QString& folder)> charts, QWidget* window);

    void openWithDialog();
    void open(const QString& path);
    void saveAsWithDialog();
    void exportRecordWithDialog();
    void exportSpansWithDialog();
    void exportChartsWithDialog();
    void exportAllWithDialog();
    /// Without asking where: what the dialogs do once they know.
    void exportTo(RunArchive::ExportKind kind, const QString& path);

    void fillRecent(QMenu& menu);
    static QStringList recent();

Q_SIGNALS:
    void problem(const QString& sentence);
    void done(const QString& sentence);

private:
    void remember(const QString& path);
    QString suggestion(const QString& suffix) const;
    bool somethingToExport();

    RunSession& session_;
    const std::function<Status(const QString&)> charts_;
    QWidget* window_;
};

} // namespace penstock::ui
