#include "engine/record/run_lock.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace penstock::record {

namespace {

/// A lock on the whole file, of the open file itself: closing another descriptor of it, which POSIX's own locks do not
/// outlive, changes nothing.
struct flock wholeFile(short type) {
    struct flock out {};
    out.l_type = type;
    out.l_whence = SEEK_SET;
    return out;
}

} // namespace

Result<RunLock> RunLock::acquire(const std::string& folder) {
    const std::string path = folder + "/run.lock";
    for (int attempt = 0; attempt < 100; ++attempt) {
        Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
        if (!file.isOpen()) return systemError("write in", folder);
        auto lock = wholeFile(F_WRLCK);
        if (::fcntl(file.get(), F_OFD_SETLK, &lock) != 0) {
            if (errno != EAGAIN && errno != EACCES) return systemError("lock", path);
            return Error{"another process is writing the run in " + folder};
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
    auto lock = wholeFile(F_RDLCK);
    return ::fcntl(file.get(), F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

RunLock::~RunLock() {
    if (file_.isOpen()) ::unlink(path_.c_str());
}

} // namespace penstock::record
