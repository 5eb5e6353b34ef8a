#pragma once

#include <QCoreApplication>
#include <QSettings>
#include <QTemporaryDir>

namespace penstock::test {

/// Settings of the test's own, in a folder that goes away: nothing of the person's is read or written.
class OwnSettings {
public:
    OwnSettings() {
        QCoreApplication::setOrganizationName(QStringLiteral("penstock-test"));
        QCoreApplication::setApplicationName(QStringLiteral("penstock-test"));
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder_.path());
    }
    QString path() const { return folder_.path(); }
    /// Every byte that the settings wrote.
    QByteArray written() const {
        QSettings().sync();
        QFile file(QSettings().fileName());
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

private:
    QTemporaryDir folder_;
};

} // namespace penstock::test
