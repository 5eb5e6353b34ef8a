#pragma once

#include "engine/base/result.h"

#include <string>
#include <string_view>
#include <utility>

namespace penstock::record {

/// A file descriptor that closes itself.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int fd)
        : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept
        : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor();

    int get() const { return fd_; }
    bool isOpen() const { return fd_ >= 0; }

private:
    int fd_ = -1;
};

/// Writes all of `bytes`, however the system splits it. The Error names `path`.
Status writeAll(int fd, std::string_view bytes, const std::string& path);

/// "cannot ACTION PATH: the system's reason", from errno.
Error systemError(std::string_view action, const std::string& path);

/// A file that appears whole or not at all: written beside its place, flushed to the disk, then renamed over it.
/// Destroyed without commit() it leaves what was there before.
class AtomicFile {
public:
    static Result<AtomicFile> open(const std::string& path);
    AtomicFile(AtomicFile&&) = default;
    AtomicFile& operator=(AtomicFile&&) = delete;
    ~AtomicFile();

    Status write(std::string_view bytes);
    Status commit();

private:
    explicit AtomicFile(std::string path);
    Status flush();

    std::string path_, temporary_, buffer_;
    Descriptor file_;
};

} // namespace penstock::record
