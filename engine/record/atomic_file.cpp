#include "engine/record/atomic_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace penstock::record {

namespace {
constexpr std::size_t bufferBytes = 1u << 18;
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

Descriptor::~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
}

Error systemError(std::string_view action, const std::string& path) {
    const int code = errno;
    return {"cannot " + std::string(action) + " " + path + ": " +
            (code == ENOSPC ? std::string("the disk is full") : std::string(std::strerror(code)))};
}

Status writeAll(int fd, std::string_view bytes, const std::string& path) {
    while (!bytes.empty()) {
        const auto written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return systemError("write", path);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return okStatus();
}

AtomicFile::AtomicFile(std::string path)
    : path_(std::move(path))
    , temporary_(path_ + ".part") {}

Result<AtomicFile> AtomicFile::open(const std::string& path) {
    AtomicFile file(path);
    file.file_ = Descriptor(::open(file.temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (!file.file_.isOpen()) return systemError("write", path);
    return file;
}

AtomicFile::~AtomicFile() {
    if (file_.isOpen()) ::unlink(temporary_.c_str());
}

Status AtomicFile::flush() {
    auto status = writeAll(file_.get(), buffer_, path_);
    buffer_.clear();
    return status;
}

Status AtomicFile::write(std::string_view bytes) {
    buffer_ += bytes;
    return buffer_.size() < bufferBytes ? okStatus() : flush();
}

Status AtomicFile::commit() {
    if (auto status = flush(); !status) return status;
    if (::fsync(file_.get()) != 0) return systemError("write", path_);
    if (std::rename(temporary_.c_str(), path_.c_str()) != 0) return systemError("write", path_);
    file_ = Descriptor();
    // The rename itself must survive a power cut; where a folder cannot be synced the file is whole all the same.
    const auto slash = path_.find_last_of('/');
    const std::string folder = slash == std::string::npos ? "." : path_.substr(0, slash + 1);
    const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory.isOpen()) (void)::fsync(directory.get());
    return okStatus();
}

} // namespace penstock::record
