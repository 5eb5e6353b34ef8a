#include "ui/knobs/profile_files.h"

#include "engine/base/knobs_json.h"
#include "engine/base/profile.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

namespace penstock::ui {

namespace {

QString said(const char* text) { return QCoreApplication::translate("penstock::profiles", text); }

Result<std::string> read(const QString& path) {
    QFile file(path);
    // A pipe or a device would be waited for without end.
    if (!QFileInfo(path).isFile()) return Error{said("%1 is no file").arg(path).toStdString()};
    if (!file.open(QIODevice::ReadOnly)) return Error{said("%1 cannot be read: %2").arg(path, file.errorString()).toStdString()};
    return file.read(static_cast<qint64>(maxProfileBytes) + 1).toStdString();
}

Result<Profile> readProfile(const QString& path) {
    const auto text = read(path);
    if (!text) return text.error();
    const QString name = QFileInfo(path).completeBaseName();
    Knobs knobs;
    if (const auto applied = applyProfile(*text, name.toStdString(), knobs); !applied) return applied.error();
    return Profile{name, *text, false};
}

Status write(const QString& folder, const QString& name, const std::string& text) {
    const QString path = QDir(folder).filePath(name + QStringLiteral(".json"));
    if (!QDir().mkpath(folder)) return Error{said("the folder %1 cannot be made").arg(folder).toStdString()};
    QSaveFile file(path);
    const bool written = file.open(QIODevice::WriteOnly) && file.write(text.data(), static_cast<qint64>(text.size())) == static_cast<qint64>(text.size());
    if (!written || !file.commit()) return Error{said("profile %1 cannot be saved: %2").arg(name, file.errorString()).toStdString()};
    return okStatus();
}

} // namespace

Result<Knobs> knobsOf(const Profile& profile, const Knobs& present) {
    Knobs knobs;
    knobs.costPerHour = present.costPerHour;
    knobs.inputTokenPrice = present.inputTokenPrice;
    knobs.outputTokenPrice = present.outputTokenPrice;
    knobs.currency = present.currency;
    if (const auto applied = applyProfile(profile.text, profile.name.toStdString(), knobs); !applied) return applied.error();
    return knobs;
}

std::vector<Profile> builtInProfiles() {
    std::vector<Profile> profiles;
    const std::pair<const char*, QString> known[] = {{"baseline", said("Baseline (wasteful)")}, {"controlled", said("Controlled")}};
    for (const auto& [word, name] : known) {
        QFile file(QStringLiteral(":/profiles/%1.json").arg(QLatin1String(word)));
        if (file.open(QIODevice::ReadOnly)) profiles.push_back({name, file.readAll().toStdString(), true});
    }
    return profiles;
}

OwnProfiles readProfiles(const QString& folder) {
    OwnProfiles own;
    const QDir dir(folder);
    constexpr qsizetype most = 200;
    const auto names = dir.entryList({QStringLiteral("*.json")}, QDir::Files | QDir::Readable, QDir::Name | QDir::IgnoreCase);
    for (const auto& name : names.mid(0, most)) {
        if (const auto profile = readProfile(dir.filePath(name))) own.profiles.push_back(*profile);
        else own.problems << QString::fromStdString(profile.error().message);
    }
    if (names.size() > most) own.problems << said("%1 holds more than %2 profiles: the rest is not shown").arg(folder).arg(most);
    return own;
}

Status writeProfile(const QString& folder, const QString& name, const Knobs& knobs) {
    if (const auto fits = checkProfileName(name.toStdString()); !fits) return fits.error();
    return write(folder, name, toJson(knobs).dump(2) + '\n');
}

Status removeProfile(const QString& folder, const QString& name) {
    if (const auto fits = checkProfileName(name.toStdString()); !fits) return fits.error();
    QFile file(QDir(folder).filePath(name + QStringLiteral(".json")));
    if (!file.remove()) return Error{said("profile %1 cannot be deleted: %2").arg(name, file.errorString()).toStdString()};
    return okStatus();
}

Result<QString> importProfile(const QString& folder, const QString& file) {
    const auto profile = readProfile(file);
    if (!profile) return profile.error();
    if (const auto fits = checkProfileName(profile->name.toStdString()); !fits) return fits.error();
    if (QFileInfo::exists(QDir(folder).filePath(profile->name + QStringLiteral(".json"))))
        return Error{said("there is a profile %1 already: rename the file, or delete the profile first").arg(profile->name).toStdString()};
    if (const auto written = write(folder, profile->name, profile->text); !written) return written.error();
    return profile->name;
}

} // namespace penstock::ui
