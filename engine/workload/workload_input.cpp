#include "engine/workload/workload_input.h"

#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace penstock {

namespace {

std::string systemReason() {
    return std::generic_category().message(errno);
}

constexpr int pollMilliseconds = 100;

} // namespace

class WorkloadInput::Descriptor {
public:
    explicit Descriptor(int fd)
        : fd_(fd) {}
    ~Descriptor() { ::close(fd_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

private:
    int fd_;
};

std::string workloadLabel(const WorkloadOptions& options) {
    return options.path == "-" ? "<stdin>" : options.path;
}

std::string workloadFile(const WorkloadOptions& options) {
    return options.path == "-" ? options.spoolFile : options.path;
}

WorkloadInput::WorkloadInput() = default;
WorkloadInput::WorkloadInput(WorkloadInput&&) noexcept = default;
WorkloadInput& WorkloadInput::operator=(WorkloadInput&&) noexcept = default;

WorkloadInput::~WorkloadInput() {
    if (spool_) ::unlink(readablePath_.c_str());
}

Result<WorkloadInput> WorkloadInput::openFile(const std::string& path) {
    // Asked before opening, because opening a pipe waits for its other end.
    struct ::stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        if (errno == ENOENT) return Error{"cannot read " + path + ": there is no such file"};
        return Error{"cannot read " + path + ": " + systemReason()};
    }
    if (S_ISDIR(status.st_mode)) return Error{"cannot read " + path + ": it is a directory"};
    if (!S_ISREG(status.st_mode))
        return Error{"cannot read " + path +
                     ": it is not a regular file; give it as standard input, with --workload -"};
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return Error{"cannot read " + path + ": " + systemReason()};
    WorkloadInput input;
    input.file_ = std::make_unique<Descriptor>(fd);
    if (::fstat(fd, &status) != 0) return Error{"cannot read " + path + ": " + systemReason()};
    input.size_ = static_cast<std::uint64_t>(status.st_size);
    input.label_ = path;
    input.readablePath_ = path;
    return input;
}

Result<WorkloadInput> WorkloadInput::openStandardInput(const std::string& spoolFile) {
    if (spoolFile.empty()) return Error{"standard input needs a file to be kept in"};
    WorkloadInput input;
    input.label_ = "<stdin>";
    input.spoolFile_ = spoolFile;
    input.readablePath_ = spoolFile + ".part";
    // Prompts may be private: for the owner alone.
    const int fd = ::open(input.readablePath_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return Error{"cannot write " + input.readablePath_ + ": " + systemReason()};
    input.spool_ = std::make_unique<Descriptor>(fd);
    return input;
}

Result<std::size_t> WorkloadInput::read(char* buffer, std::size_t size, const std::function<bool()>& keepWaiting) {
    const int fd = file_ ? file_->get() : STDIN_FILENO;
    std::size_t got = 0;
    while (got < size) {
        if (!file_) {
            ::pollfd waiting{fd, POLLIN, 0};
            const int ready = ::poll(&waiting, 1, pollMilliseconds);
            if (ready == 0 || (ready < 0 && errno == EINTR)) {
                if (keepWaiting && !keepWaiting()) return Error{"stopped while reading " + label_};
                continue;
            }
        }
        const auto count = ::read(fd, buffer + got, size - got);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return Error{"cannot read " + label_ + ": " + systemReason()};
        if (count == 0) break;
        got += static_cast<std::size_t>(count);
        if (!file_) break;
    }
    for (std::size_t written = 0; spool_ && written < got;) {
        const auto count = ::write(spool_->get(), buffer + written, got - written);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return Error{"cannot write " + readablePath_ + ": " + systemReason()};
        written += static_cast<std::size_t>(count);
    }
    return got;
}

Status WorkloadInput::rewind() {
    if (::lseek(file_->get(), 0, SEEK_SET) != 0) return Error{"cannot read " + label_ + ": " + systemReason()};
    return okStatus();
}

Status WorkloadInput::keepSpool(std::uint64_t bytes) {
    if (!spool_) return okStatus();
    // On the disk before its name says that it is whole: a resumed run reads it again.
    if (::ftruncate(spool_->get(), static_cast<::off_t>(bytes)) != 0 || ::fsync(spool_->get()) != 0 ||
        ::rename(readablePath_.c_str(), spoolFile_.c_str()) != 0)
        return Error{"cannot write " + spoolFile_ + ": " + systemReason()};
    spool_.reset();
    readablePath_ = spoolFile_;
    return okStatus();
}

} // namespace penstock
