#pragma once

#include "engine/base/knobs.h"
#include "engine/base/time.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace penstock {

/// What a run is: written at its start, constant. Holds no secret.
struct RunInfo {
    std::string runId; ///< 32 hex digits
    std::string programVersion;
    std::string targetUrl;
    std::string api; ///< `openai-chat`
    std::string model;
    std::string httpMode; ///< `auto`, `1.1`, `2`, `h2c`
    bool simulated = false;
    std::string workloadName;   ///< the file's name, or `-`
    std::string workloadPath;   ///< absolute, where it was when the run began; empty for standard input
    std::string workloadDigest; ///< SHA-256 of the workload's bytes, hex; a resumed run must have the same
    std::string workloadOptions; ///< JSON text of format, limit, repeat, model, max_tokens, stream: must be the same too
    std::uint64_t skippedLines = 0; ///< lines of the workload that were left out, all of them; the record names the first thousand
    /// Of all passes over the workload; nullopt where it has no end, or was not recorded.
    std::optional<std::uint64_t> workloadRequests;
    std::uint64_t seed = 0;
    std::chrono::system_clock::time_point startedAt;
    /// Headers that went with each request, `name: value`; secret values read `(hidden)`.
    std::vector<std::string> requestHeaders;
};

/// A stretch of a run under one setting of the knobs. The span's `segment` points here.
struct Segment {
    std::uint32_t number = 0; ///< from 1
    Knobs knobs;
    Nanos start{0}; ///< since the run's start
    // The session's totals at that moment: what the setting's own share is taken from.
    double gapSeconds = 0;
    std::uint64_t connectionsOpened = 0;
};

} // namespace penstock
