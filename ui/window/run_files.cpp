#include "ui/window/run_files.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QPointer>
#include <QProgressDialog>
#include <QSettings>

namespace penstock::ui {

namespace {

constexpr int recentLimit = 10;
const QString recentKey = QStringLiteral("recent-runs");

} // namespace

RunFiles::RunFiles(RunSession& session, std::function<Status(const QString&)> charts, QWidget* window)
    : QObject(window)
    , session_(session)
    , charts_(std::move(charts))
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
    if (!somethingToExport()) return;
    const auto path = QFileDialog::getSaveFileName(window_, tr("Export the result record"), suggestion(QStringLiteral("-record.csv")), tr("CSV (*.csv)"));
    if (!path.isEmpty()) exportTo(RunArchive::ExportKind::RecordCsv, path);
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
    const auto written = charts_(folder);
    if (written) Q_EMIT done(tr("The charts are in %1").arg(folder));
    else Q_EMIT problem(QString::fromStdString(written.error().message));
}

void RunFiles::exportAllWithDialog() {
    if (!somethingToExport()) return;
    const auto folder = QFileDialog::getExistingDirectory(window_, tr("Export everything into a folder"), QDir::homePath());
    if (folder.isEmpty()) return;
    const QString own = QDir(folder).absoluteFilePath(QFileInfo(session_.file()).dir().dirName());
    exportTo(RunArchive::ExportKind::Everything, own);
}

void RunFiles::exportTo(RunArchive::ExportKind kind, const QString& path) {
    auto* progress = new QProgressDialog(tr("Writing %1").arg(QFileInfo(path).fileName()), tr("Cancel"), 0, 1000, window_);
    progress->setAttribute(Qt::WA_DeleteOnClose);
    progress->setWindowModality(Qt::WindowModal);
    progress->setMinimumDuration(400);
    progress->setAutoClose(false);
    progress->setAutoReset(false);
    connect(progress, &QProgressDialog::canceled, this, [this] { session_.archive().cancelExport(); });
    const QPointer<QProgressDialog> shown(progress);
    session_.archive().exportTo(
        kind, path.toStdString(),
        [shown](double part) {
            if (shown) shown->setValue(static_cast<int>(part * 1000));
        },
        [this, self = QPointer<RunFiles>(this), shown, kind](Result<std::string> written) {
            if (shown) shown->close();
            if (!self) return;
            if (!written) return (void)Q_EMIT problem(QString::fromStdString(written.error().message));
            const QString where = QString::fromStdString(*written);
            if (kind == RunArchive::ExportKind::Everything)
                if (const auto drawn = charts_(where + QStringLiteral("/charts")); !drawn)
                    return (void)Q_EMIT problem(QString::fromStdString(drawn.error().message));
            Q_EMIT done(tr("Written: %1").arg(where));
        });
}

} // namespace penstock::ui
