#pragma once

#include "engine/base/request.h"
#include "engine/workload/line_splitter.h"
#include "engine/workload/source.h"

#include <string>
#include <variant>
#include <vector>

namespace penstock {

/// What a good line holds: one request, or the turns of a dialogue, of which only the first can be sent.
struct ParsedLine {
    Request first;                       ///< all but its id, which is the reader's to give
    std::string messages;                ///< of a dialogue: those of the first request, for the later turns' context
    std::vector<std::string> laterTurns; ///< JSON strings

    std::uint64_t requests() const { return 1 + laterTurns.size(); }
};

/// monostate: a line that is empty or blank and holds nothing; Error: the clause that says why the line is bad.
using LineContent = std::variant<std::monostate, ParsedLine, Error>;

/// Reads one line. Pure: the check and the reader go through here alone, so that they cannot differ.
/// `format` is not Auto. Custom ids come without the mark of a pass.
LineContent parseLine(const Line& line, WorkloadFormat format, const WorkloadOptions& options);

/// Why the bytes of a line cannot be read in any format (too long, not UTF-8, NUL); nullopt when they can.
std::optional<std::string> lineProblem(const Line& line, const WorkloadOptions& options);

/// Nothing but blanks.
bool isBlank(std::string_view text);

} // namespace penstock
