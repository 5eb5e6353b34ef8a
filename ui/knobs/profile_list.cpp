#include "ui/knobs/profile_list.h"

namespace penstock::ui {

ProfileList::ProfileList(QString folder, QObject* parent)
    : QObject(parent)
    , folder_(std::move(folder))
    , all_(builtInProfiles()) {
    worker_.run([this, folder = folder_]() -> std::function<void()> {
        return [this, own = readProfiles(folder)] { take(own); };
    });
}

void ProfileList::save(const QString& name, const Knobs& knobs) {
    worker_.run([this, folder = folder_, name, knobs]() -> std::function<void()> {
        const auto written = writeProfile(folder, name, knobs);
        return [this, name, written, own = readProfiles(folder)] {
            take(own);
            if (written) Q_EMIT saved(name);
            else Q_EMIT problem(QString::fromStdString(written.error().message));
        };
    });
}

void ProfileList::remove(const QString& name) {
    worker_.run([this, folder = folder_, name]() -> std::function<void()> {
        const auto removed = removeProfile(folder, name);
        return [this, removed, own = readProfiles(folder)] {
            take(own);
            if (!removed) Q_EMIT problem(QString::fromStdString(removed.error().message));
        };
    });
}

void ProfileList::import(const QString& file) {
    worker_.run([this, folder = folder_, file]() -> std::function<void()> {
        const auto name = importProfile(folder, file);
        return [this, name, own = readProfiles(folder)] {
            take(own);
            if (name) Q_EMIT imported(*name);
            else Q_EMIT problem(QString::fromStdString(name.error().message));
        };
    });
}

void ProfileList::take(const OwnProfiles& own) {
    all_ = builtInProfiles();
    all_.insert(all_.end(), own.profiles.begin(), own.profiles.end());
    Q_EMIT changed();
    for (const auto& sentence : own.problems) Q_EMIT problem(sentence);
}

} // namespace penstock::ui
