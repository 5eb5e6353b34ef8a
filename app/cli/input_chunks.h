#pragma once

#include "engine/base/result.h"

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::cli {

/// A file, or standard input for `-`, read in chunks of one size: a file of any length takes no more memory than that.
class InputChunks {
public:
    /// Errors: one sentence that names the path.
    static Result<InputChunks> open(const std::string& path, std::size_t chunkBytes);

    /// The next chunk; shorter than the others only at the end, empty behind it. Valid until the next call.
    Result<std::string_view> next();

private:
    struct Closer {
        void operator()(std::FILE* file) const {
            if (file != stdin) std::fclose(file);
        }
    };

    InputChunks(std::FILE* file, std::string path, std::size_t chunkBytes)
        : file_(file)
        , path_(std::move(path))
        , chunk_(chunkBytes) {}

    std::unique_ptr<std::FILE, Closer> file_;
    std::string path_;
    std::vector<char> chunk_;
};

} // namespace penstock::cli
