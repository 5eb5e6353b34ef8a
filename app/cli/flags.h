#pragma once

#include "engine/base/result.h"
#include "engine/base/run_options.h"

#include <CLI/CLI.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace penstock::cli {

/// The knobs as flags: every word of knobs_json.h is one. A profile first, flags over it.
class KnobFlags {
public:
    void addTo(CLI::App& command);
    /// An Error names the flag or the profile and the reason.
    Result<Knobs> knobs() const;

private:
    std::string profile_;
    std::map<std::string, std::string> given_; ///< by knob word
};

/// Whom to ask: --target, --api, --model, --header, --api-key-env, --ca-file, --http, --proxy.
class TargetFlags {
public:
    void addTo(CLI::App& command, const std::string& defaultTarget);
    /// Whether the built-in simulator is meant; target() then has no URL yet.
    bool simulated() const { return url_ == "sim"; }
    Result<Target> target() const;

private:
    std::string url_, api_ = "openai-chat", model_, keyEnv_ = "OPENAI_API_KEY", caFile_, http_ = "auto", proxy_ = "none";
    std::vector<std::string> headers_;
};

/// What to ask: --workload and how it is read.
class WorkloadFlags {
public:
    void addTo(CLI::App& command);
    Result<WorkloadOptions> workload() const;

private:
    std::string path_, format_ = "auto", onBadLine_ = "fail", stream_ = "on";
    std::uint64_t limit_ = 0, repeat_ = 1;
    int maxTokens_ = 0;
};

/// Flags of the contract that this version has not: each is refused by its name.
void refuseUnbuiltFlags(CLI::App& command);

} // namespace penstock::cli
