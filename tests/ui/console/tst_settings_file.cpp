#include "app/console/settings_file.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

class TestSettingsFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatAVersionWithoutAMakersNameKeptIsTakenOverOnce() {
        QTemporaryDir home;
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, home.path());
        QCoreApplication::setApplicationName(QStringLiteral("penstock"));
        QVERIFY(QDir(home.path()).mkpath(QStringLiteral("Unknown Organization")));
        {
            QSettings old(home.filePath(QStringLiteral("Unknown Organization/penstock.ini")), QSettings::IniFormat);
            old.setValue(QStringLiteral("theme"), 2);
        }
        penstock::console::nameSettings();
        QCOMPARE(QSettings().value(QStringLiteral("theme")).toInt(), 2);
        QCOMPARE(QFileInfo(QSettings().fileName()).absoluteFilePath(), home.filePath(QStringLiteral("Penstock/penstock.ini")));
        QSettings().setValue(QStringLiteral("theme"), 1);
        penstock::console::nameSettings(); // the next start
        QCOMPARE(QSettings().value(QStringLiteral("theme")).toInt(), 1);
    }
};

QTEST_GUILESS_MAIN(TestSettingsFile)
#include "tst_settings_file.moc"
