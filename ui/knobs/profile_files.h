#pragma once

#include "engine/base/knobs.h"
#include "engine/base/result.h"

#include <QString>
#include <QStringList>

#include <string>
#include <vector>

namespace penstock::ui {

/// A named setting of knobs.
struct Profile {
    QString name;  ///< shown
    std::string text; ///< JSON; it may name some of the knobs only
    bool builtIn = false;
};

/// What choosing `profile` gives: its knobs over the defaults, as `penstock-cli --profile` does. Cost, prices and currency that it
/// does not name stay as they are in `present`: they tell of the capacity, not of how it is used.
Result<Knobs> knobsOf(const Profile& profile, const Knobs& present);

/// Baseline (wasteful) and Controlled, from the program's resources.
std::vector<Profile> builtInProfiles();

// A person's own profiles: JSON files in one folder, which penstock-cli reads too. These block on the disk: never on the GUI thread.

struct OwnProfiles {
    std::vector<Profile> profiles; ///< by name
    QStringList problems;          ///< one sentence for each file that is no profile
};
/// A folder that is not there holds none. At most 200 files.
OwnProfiles readProfiles(const QString& folder);

/// Replaces the whole file or leaves it as it was. Makes the folder.
Status writeProfile(const QString& folder, const QString& name, const Knobs& knobs);
Status removeProfile(const QString& folder, const QString& name);
/// Copies a file into the folder under its own name, which is the answer. One of that name that is there stays, as an Error.
Result<QString> importProfile(const QString& folder, const QString& file);

} // namespace penstock::ui
