#include "engine/record/run_folders.h"

#include "engine/record/recorder.h"

#include <algorithm>
#include <filesystem>
#include <set>

namespace penstock::record {

namespace fs = std::filesystem;

namespace {

constexpr int depth = 2;
/// Entries looked at in all: somebody may name the root of a disk.
constexpr int mostEntries = 200'000;

struct Found {
    std::string path;
    fs::file_time_type changed;
};

void look(const fs::path& folder, int below, int& left, std::vector<Found>& out) {
    std::error_code failed;
    fs::directory_iterator entries(folder, fs::directory_options::skip_permission_denied, failed);
    for (; !failed && entries != fs::directory_iterator() && left > 0; entries.increment(failed)) {
        --left;
        const auto& entry = *entries;
        std::error_code none;
        if (entry.is_directory(none) && !entry.is_symlink(none)) {
            if (below > 0) look(entry.path(), below - 1, left, out);
        } else if (entry.path().extension() == ".penstock" && entry.is_regular_file(none)) {
            // A log beside it is newer than the file while the run goes on.
            auto changed = entry.last_write_time(none);
            std::error_code noLog;
            const auto log = fs::last_write_time(entry.path().string() + "-wal", noLog);
            out.push_back({entry.path().string(), noLog ? changed : std::max(changed, log)});
        }
    }
}

} // namespace

std::string runFileAt(const std::string& path) {
    std::error_code failed;
    if (fs::is_directory(path, failed)) return (fs::path(path) / runFileName).string();
    return path;
}

std::vector<std::string> runFilesBelow(const std::vector<std::string>& folders, std::size_t most) {
    std::vector<Found> found;
    int left = mostEntries;
    for (const auto& folder : folders)
        look(folder, depth, left, found);
    std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
        return a.changed != b.changed ? a.changed > b.changed : a.path < b.path;
    });
    std::vector<std::string> out;
    std::set<std::string> known; // of folders that lie within each other
    for (auto& file : found) {
        if (out.size() == most) break;
        if (known.insert(file.path).second) out.push_back(std::move(file.path));
    }
    return out;
}

} // namespace penstock::record
