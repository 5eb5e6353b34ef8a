#include "app/cli/flags.h"

namespace penstock::cli {

void WorkloadFlags::addTo(CLI::App& command) {
    const std::string group = "Workload";
    command.add_option("--workload", path_, "file of requests, or - for standard input")->group(group)->type_name("FILE|-");
    command.add_option("--workload-format", format_, "auto, openai-batch, prompts, mt-bench or text")->group(group)->type_name("FORMAT");
    command.add_option("--limit", limit_, "at most so many lines of the file")->group(group)->check(CLI::Range(1, 2147483647))->type_name("N");
    command.add_option("--repeat", repeat_, "passes over the file; 0: until stopped")->group(group)->type_name("N");
    command.add_option("--max-tokens", maxTokens_, "max_tokens where a body names none")
        ->group(group)
        ->check(CLI::Range(1, 2147483647))
        ->type_name("N");
    command.add_option("--on-bad-line", onBadLine_, "fail (before anything is sent), or skip and go on")->group(group)->type_name("WHAT");
    command.add_option("--stream", stream_, "on or off")->group(group)->type_name("on|off");
}

Result<WorkloadOptions> WorkloadFlags::workload() const {
    WorkloadOptions options;
    if (path_.empty()) return Error{"--workload is needed: a file of requests, or - for standard input"};
    options.path = path_;
    for (const auto* later : {"sharegpt", "azure-trace", "mooncake"})
        if (format_ == later) return Error{"--workload-format " + format_ + " is not built yet"};
    const auto format = workloadFormatFromString(format_);
    if (!format) return Error{"--workload-format must be one of auto, openai-batch, prompts, mt-bench, text"};
    options.format = *format;
    if (limit_ > 0) options.limit = limit_;
    options.repeat = repeat_;
    if (maxTokens_ > 0) options.maxTokens = maxTokens_;
    if (onBadLine_ != "fail" && onBadLine_ != "skip") return Error{"--on-bad-line must be fail or skip"};
    options.skipBadLines = onBadLine_ == "skip";
    if (stream_ != "on" && stream_ != "off") return Error{"--stream must be on or off"};
    options.stream = stream_ == "on";
    return options;
}

} // namespace penstock::cli
