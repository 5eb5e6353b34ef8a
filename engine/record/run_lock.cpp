#include "engine/record/run_lock.h"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace penstock::record {

Result<RunLock> RunLock::acquire(const std::string& folder) {
    const std::string path = folder + "/run.lock";
    int refusals = 0;
    for (int attempt = 0; attempt < 100; ++attempt) {
        Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
        if (!file.isOpen()) return systemError("write in", folder);
        if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
            if (errno != EWOULDBLOCK) return systemError("lock", path);
            // held() and tidy() of a reader take it for a moment: that is no writer.
            if (++refusals > 50) return Error{"another process is writing the run in " + folder};
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
            continue;
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

bool RunLock::held(const std::string& folder) {
    const Descriptor file(::open((folder + "/run.lock").c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.isOpen()) return false;
    return ::flock(file.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

RunLock::~RunLock() {
    if (file_.isOpen()) ::unlink(path_.c_str());
}

} // namespace penstock::record
