#pragma once

#include "ui/knobs/profile_files.h"
#include "ui/work/file_worker.h"

#include <QObject>

namespace penstock::ui {

/// The profiles that can be chosen: the built-in ones and those in a person's folder. GUI thread; the disk is worked on elsewhere.
class ProfileList final : public QObject {
    Q_OBJECT

public:
    /// Starts reading the folder.
    explicit ProfileList(QString folder, QObject* parent = nullptr);

    const QString& folder() const { return folder_; }
    const std::vector<Profile>& all() const { return all_; }

    // Each ends in changed() or problem().
    void save(const QString& name, const Knobs& knobs);
    void remove(const QString& name);
    void import(const QString& file);

Q_SIGNALS:
    void changed();
    void saved(const QString& name);
    void imported(const QString& name);
    void problem(const QString& sentence);

private:
    void take(const OwnProfiles& own);

    QString folder_;
    std::vector<Profile> all_;
    FileWorker worker_; ///< last: its answers reach the members above
};

} // namespace penstock::ui
