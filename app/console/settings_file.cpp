#include "app/console/settings_file.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSettings>

namespace penstock::console {

void nameSettings() {
    QCoreApplication::setOrganizationName(QStringLiteral("Penstock"));
    QSettings::setDefaultFormat(QSettings::IniFormat);
    const QFileInfo present(QSettings().fileName());
    if (present.exists()) return;
    QDir folder = present.dir();
    const QString before = QDir::cleanPath(folder.absoluteFilePath(QStringLiteral("../Unknown Organization/") + present.fileName()));
    if (QFile::exists(before) && folder.mkpath(QStringLiteral("."))) QFile::copy(before, present.filePath());
}

} // namespace penstock::console
