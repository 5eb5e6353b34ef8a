#include "engine/record/run_lock.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace penstock::record {

Result<RunLock> RunLock::acquire(const std::string& folder) {
    const std::string path = folder + "/run.lock";
    for (int attempt = 0; attempt < 100; ++attempt) {
        Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
        if (!file.isOpen()) return systemError("write in", folder);
        if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
            if (errno == EWOULDBLOCK) return Error{"another process is writing the run in " + folder};
            return systemError("lock", path);
        }
        // The owner before may have removed the file between our open and our lock; then the lock guards nothing.
        struct stat ours {
        }, present{};
        if (::fstat(file.get(), &ours) == 0 && ::stat(path.c_str(), &present) == 0 && ours.st_ino == present.st_ino &&
            ours.st_dev == present.st_dev)
            return RunLock(std::move(file), path);
    }
    return Error{"cannot lock " + path + ": it keeps changing"};
}

RunLock::~RunLock() {
    if (file_.isOpen()) ::unlink(path_.c_str());
}

} // namespace penstock::record
