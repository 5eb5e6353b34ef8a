#pragma once

#include <QByteArray>
#include <QString>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

namespace penstock::test {

/// A file system of a fixed size; none without the right to mount.
class SmallDisk {
public:
    /// Gets a person without root the right to mount, in a namespace of the process's own, where the system allows
    /// that. Only while the process has one thread: first thing in main().
    static void gainRight() {
        const auto user = ::getuid();
        const auto group = ::getgid();
        if (::geteuid() == 0 || ::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return;
        put("/proc/self/setgroups", "deny");
        put("/proc/self/uid_map", "0 " + QByteArray::number(user) + " 1");
        put("/proc/self/gid_map", "0 " + QByteArray::number(group) + " 1");
    }

    explicit SmallDisk(const QString& place)
        : place_(place.toLocal8Bit()) {
        mounted_ = ::mount("tmpfs", place_.constData(), "tmpfs", MS_NOSUID | MS_NODEV, "size=600k") == 0;
    }
    ~SmallDisk() {
        if (mounted_) ::umount2(place_.constData(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    bool mounted() const { return mounted_; }
    bool grow() {
        return ::mount("tmpfs", place_.constData(), "tmpfs", MS_REMOUNT | MS_NOSUID | MS_NODEV, "size=64m") == 0;
    }
    bool makeReadOnly() { return ::mount("tmpfs", place_.constData(), "tmpfs", MS_REMOUNT | MS_RDONLY, "") == 0; }

private:
    static void put(const char* file, const QByteArray& text) {
        const int handle = ::open(file, O_WRONLY | O_CLOEXEC);
        if (handle < 0) return;
        // What could not be written shows in the mount that then fails.
        [[maybe_unused]] const auto written = ::write(handle, text.constData(), static_cast<std::size_t>(text.size()));
        ::close(handle);
    }

    QByteArray place_;
    bool mounted_ = false;
};

} // namespace penstock::test
