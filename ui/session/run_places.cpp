#include "ui/session/run_places.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QStandardPaths>

namespace penstock::ui {

QString dataFolder() {
    // Not AppDataLocation, which has the organisation's name in it: runs were here before the program named one.
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QLatin1Char('/') + QCoreApplication::applicationName();
}

QString defaultRunsFolder() {
    return dataFolder() + QStringLiteral("/runs");
}

Result<QString> newRunFolder(const QString& parent) {
    const QString cannot = QStringLiteral("cannot make a folder for the run in %1: is the disk full, or the place not yours to write to?").arg(parent);
    QDir folder(parent);
    if (!folder.mkpath(QStringLiteral("."))) return Error{cannot.toStdString()};
    const QString stamp = QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss"));
    // Two runs may start within one second, in two windows too: mkdir() is what decides.
    for (int attempt = 1; attempt <= 1000; ++attempt) {
        const QString name = attempt == 1 ? stamp : QStringLiteral("%1-%2").arg(stamp).arg(attempt);
        if (folder.mkdir(name)) return folder.absoluteFilePath(name);
        if (!folder.exists(name)) break;
    }
    return Error{cannot.toStdString()};
}

QString runFileIn(const QString& folder) { return QDir(folder).absoluteFilePath(QStringLiteral("run.penstock")); }

} // namespace penstock::ui
