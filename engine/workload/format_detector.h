#pragma once

#include "engine/base/result.h"
#include "engine/workload/line_splitter.h"
#include "engine/workload/source.h"

#include <cstdint>
#include <string>
#include <vector>

namespace penstock {

/// Tells the format of a workload from its first lines that are not empty. Sending a file as what it is not costs
/// money, so whatever is not plain is an Error that names --workload-format: lines that look different, JSON of another
/// shape (an array, an object over several lines), a file named .csv or .json whose lines look like plain text.
class FormatDetector {
public:
    /// `fileName` is `-` for standard input.
    FormatDetector(std::string fileName, const WorkloadOptions& options);

    /// False once enough lines were seen: 8, or fewer where the run's limit is less.
    bool add(const Line& line);

    /// The Error is a whole sentence without the file's name.
    Result<WorkloadFormat> format() const;

private:
    enum class Look { Batch, MtBench, Prompts, Text, BrokenJson, OtherObject, OtherJson, Unreadable };
    struct Seen {
        std::uint64_t line;
        Look look;
        std::string problem; ///< why it cannot be read
    };
    static Look lookOf(std::string_view text);
    static std::string words(const Seen& seen);
    bool namedAsData() const;

    std::string fileName_;
    const WorkloadOptions& options_;
    std::size_t enough_;
    std::vector<Seen> seen_;
};

} // namespace penstock
