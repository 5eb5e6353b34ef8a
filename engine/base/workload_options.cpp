#include "engine/base/workload_options.h"

#include <array>
#include <utility>

namespace penstock {

namespace {
constexpr std::array<std::pair<WorkloadFormat, std::string_view>, 5> words{{
    {WorkloadFormat::Auto, "auto"},
    {WorkloadFormat::OpenAiBatch, "openai-batch"},
    {WorkloadFormat::Prompts, "prompts"},
    {WorkloadFormat::MtBench, "mt-bench"},
    {WorkloadFormat::Text, "text"},
}};
} // namespace

std::string_view toString(WorkloadFormat format) {
    for (const auto& [value, word] : words)
        if (value == format) return word;
    return "auto";
}

std::optional<WorkloadFormat> workloadFormatFromString(std::string_view word) {
    for (const auto& [value, known] : words)
        if (known == word) return value;
    return std::nullopt;
}

} // namespace penstock
