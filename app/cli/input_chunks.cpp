#include "app/cli/input_chunks.h"

#include <cerrno>
#include <cstring>

namespace penstock::cli {

Result<InputChunks> InputChunks::open(const std::string& path, std::size_t chunkBytes) {
    std::FILE* const file = path == "-" ? stdin : std::fopen(path.c_str(), "rb");
    if (!file) return Error{path + ": cannot be opened: " + std::strerror(errno)};
    return InputChunks(file, path, chunkBytes);
}

Result<std::string_view> InputChunks::next() {
    errno = 0;
    const std::size_t read = std::fread(chunk_.data(), 1, chunk_.size(), file_.get());
    if (std::ferror(file_.get())) return Error{path_ + ": cannot be read: " + std::strerror(errno)};
    return std::string_view(chunk_.data(), read);
}

} // namespace penstock::cli
