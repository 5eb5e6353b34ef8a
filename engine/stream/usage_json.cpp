#include "engine/stream/usage_json.h"

#include "engine/stream/json_fields.h"

namespace penstock {

namespace {

std::optional<std::int64_t> tokens(const std::optional<json::object>& in, std::string_view key) {
    if (!in) return std::nullopt;
    const auto found = json::member(*in, key);
    if (!found) return std::nullopt;
    std::int64_t count = 0;
    if (found->get(count)) {
        // Some gateways write every number as a float.
        double real = 0;
        if (found->type() != simdjson::dom::element_type::DOUBLE || found->get(real)) return std::nullopt;
        if (!(real >= 0 && real <= static_cast<double>(mostCredibleTokens))) return std::nullopt;
        count = static_cast<std::int64_t>(real);
        if (static_cast<double>(count) != real) return std::nullopt;
    }
    if (count < 0 || count > mostCredibleTokens) return std::nullopt;
    return count;
}

} // namespace

bool readOpenAiUsage(const simdjson::dom::object& report, Usage& usage) {
    Usage read;
    read.input = tokens(report, "prompt_tokens");
    read.output = tokens(report, "completion_tokens");
    read.total = tokens(report, "total_tokens");
    read.cachedInput = tokens(json::objectMember(report, "prompt_tokens_details"), "cached_tokens");
    if (!read.cachedInput) read.cachedInput = tokens(report, "prompt_cache_hit_tokens"); // DeepSeek
    read.reasoning = tokens(json::objectMember(report, "completion_tokens_details"), "reasoning_tokens");
    if (!read.input && !read.output && !read.total) return false;
    if (read.output) read.kind = UsageKind::Exact;
    usage = read;
    return true;
}

} // namespace penstock
