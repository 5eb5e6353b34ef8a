#include "ui/window/run_files.h"

#include "ui/charts/chart_board.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QProgressDialog>
#include <QSettings>

namespace penstock::ui {

namespace {

constexpr int recentLimit = 10;
constexpr int wholeProgress = 1000;
constexpr double filesShare = 0.85; ///< of the time that an export of everything takes, roughly; the charts take the rest
const QString recentKey = QStringLiteral("recent-runs");

/// Not close(), which a progress dialog takes for a press of Cancel.
void finish(const QPointer<QProgressDialog>& progress) {
    if (!progress) return;
    progress->hide();
    progress->deleteLater();
}

} // namespace

RunFiles::RunFiles(RunSession& session, ChartBoard& charts, QWidget* window)
    : QObject(window)
    , session_(session)
    , charts_(charts)
    , window_(window) {
    connect(&session, &RunSession::opened, this, [this] { remember(session_.file()); });
    connect(&session, &RunSession::ended, this, [this] {
        if (!session_.file().isEmpty()) remember(session_.file());
    });
}

QStringList RunFiles::recent() { return QSettings().value(recentKey).toStringList().mid(0, recentLimit); }

void RunFiles::remember(const QString& path) {
    QStringList files = recent();
    files.removeAll(path);
    files.prepend(path);
    QSettings().setValue(recentKey, files.mid(0, recentLimit));
}

void RunFiles::fillRecent(QMenu& menu) {
    menu.clear();
    for (const auto& path : recent()) {
        // Runs are told apart by their folders: the file has the same name in each.
        auto* action = menu.addAction(QFileInfo(path).dir().dirName() + QStringLiteral(" \u2013 ") + QDir::toNativeSeparators(path));
        action->setEnabled(QFileInfo::exists(path));
        connect(action, &QAction::triggered, this, [this, path] { open(path); });
    }
    if (menu.isEmpty()) menu.addAction(tr("No run was opened yet"))->setEnabled(false);
}

void RunFiles::openWithDialog() {
    const auto path = QFileDialog::getOpenFileName(window_, tr("Open a run"), session_.runsFolder(), tr("Runs (*.penstock)"));
    if (!path.isEmpty()) open(path);
}

void RunFiles::open(const QString& path) {
    if (const auto opened = session_.open(path); !opened) Q_EMIT problem(QString::fromStdString(opened.error().message));
}

bool RunFiles::somethingToExport() {
    if (!session_.file().isEmpty() && session_.overview()) return true;
    Q_EMIT problem(tr("There is no run to write down yet: start one, or open a run file"));
    return false;
}

QString RunFiles::suggestion(const QString& suffix) const {
    return QDir::home().absoluteFilePath(QFileInfo(session_.file()).dir().dirName() + suffix);
}

void RunFiles::saveAsWithDialog() {
    if (!somethingToExport()) return;
    const auto path = QFileDialog::getSaveFileName(window_, tr("Save a copy of the run"), suggestion(QStringLiteral(".penstock")), tr("Runs (*.penstock)"));
    if (!path.isEmpty()) exportTo(RunArchive::ExportKind::RunFile, path);
}

void RunFiles::exportRecordWithDialog() {
    if (!session_.record() && !somethingToExport()) return;
    const auto path = QFileDialog::getSaveFileName(window_, tr("Export the result record"), suggestion(QStringLiteral("-record.csv")), tr("CSV (*.csv)"));
    if (!path.isEmpty()) exportRecord(path);
}

void RunFiles::exportRecord(const QString& path) {
    if (!session_.record()) return exportTo(RunArchive::ExportKind::RecordCsv, path);
    session_.archive().exportRecord(*session_.record(), path.toStdString(), [self = QPointer<RunFiles>(this)](Result<RunArchive::Exported> written) {
        if (!self) return;
        if (written) self->tell(okStatus(), QString::fromStdString(written->path));
        else self->tell(written.error(), {});
    });
}

void RunFiles::exportSpansWithDialog() {
    if (!somethingToExport()) return;
    const auto path = QFileDialog::getSaveFileName(window_, tr("Export the spans"), suggestion(QStringLiteral("-spans.csv")), tr("CSV (*.csv)"));
    if (!path.isEmpty()) exportTo(RunArchive::ExportKind::SpansCsv, path);
}

void RunFiles::exportChartsWithDialog() {
    if (session_.history().empty()) return (void)Q_EMIT problem(tr("The charts are empty yet: start a run, or open a run file"));
    const auto folder = QFileDialog::getExistingDirectory(window_, tr("Export the charts into a folder"), QDir::homePath());
    if (folder.isEmpty()) return;
    exportCharts(folder);
}

void RunFiles::exportCharts(const QString& folder) {
    const QPointer<QProgressDialog> progress(showProgress(folder, [this] { charts_.cancelExport(); }));
    charts_.exportAll(folder, std::nullopt,
                      {[progress](double part) {
                           if (progress) progress->setValue(static_cast<int>(part * wholeProgress));
                       },
                       [this, progress, folder](const Status& written) {
                           finish(progress);
                           tell(written, folder);
                       }});
}

void RunFiles::exportAllWithDialog() {
    if (!somethingToExport()) return;
    const auto folder = QFileDialog::getExistingDirectory(window_, tr("Export everything into a folder"), QDir::homePath());
    if (folder.isEmpty()) return;
    const QString own = QDir(folder).absoluteFilePath(QFileInfo(session_.file()).dir().dirName());
    exportTo(RunArchive::ExportKind::Everything, own);
}

QProgressDialog* RunFiles::showProgress(const QString& path, std::function<void()> cancel) {
    auto* progress = new QProgressDialog(tr("Writing %1").arg(QFileInfo(path).fileName()), tr("Cancel"), 0, wholeProgress, window_);
    progress->setWindowModality(Qt::WindowModal);
    progress->setMinimumDuration(400);
    progress->setAutoClose(false);
    progress->setAutoReset(false);
    progress->setValue(0); // from now on it counts how long it takes
    connect(progress, &QProgressDialog::canceled, this, std::move(cancel));
    return progress;
}

void RunFiles::tell(const Status& status, const QString& done) {
    if (status) Q_EMIT this->done(tr("Written: %1").arg(done));
    else Q_EMIT problem(QString::fromStdString(status.error().message));
}

void RunFiles::exportTo(RunArchive::ExportKind kind, const QString& path) {
    const bool everything = kind == RunArchive::ExportKind::Everything;
    const QPointer<QProgressDialog> progress(showProgress(path, [this] {
        session_.archive().cancelExport();
        charts_.cancelExport();
    }));
    session_.archive().exportTo(
        kind, path.toStdString(),
        [progress, whole = everything ? filesShare : 1.0](double part) {
            if (progress) progress->setValue(static_cast<int>(part * whole * wholeProgress));
        },
        [self = QPointer<RunFiles>(this), progress, everything, live = session_.live()](Result<RunArchive::Exported> written) {
            if (!self || !written || !everything) {
                finish(progress);
                if (self) self->tell(written ? okStatus() : Status(written.error()), written ? QString::fromStdString(written->path) : QString());
                return;
            }
            self->addCharts(QString::fromStdString(written->path), live ? written->sessionSeconds : std::nullopt, progress);
        },
        everything ? session_.against() : std::nullopt);
}

void RunFiles::addCharts(const QString& folder, std::optional<double> until, const QPointer<QProgressDialog>& progress) {
    charts_.exportAll(folder + QStringLiteral("/charts"), until,
                      {[progress](double part) {
                           if (progress) progress->setValue(static_cast<int>((filesShare + part * (1 - filesShare)) * wholeProgress));
                       },
                       [this, progress, folder](const Status& drawn) {
                           finish(progress);
                           if (drawn) return tell(drawn, folder);
                           Q_EMIT problem(tr("%1 holds the run's files, but not its charts: %2").arg(folder, QString::fromStdString(drawn.error().message)));
                       }});
}

} // namespace penstock::ui
