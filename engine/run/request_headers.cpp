#include "engine/run/request_headers.h"

#include <algorithm>
#include <cctype>

namespace penstock {

namespace {

bool sameName(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
        return std::tolower(x) == std::tolower(y);
    });
}

} // namespace

std::vector<std::string> requestHeaders(const Target& target, bool stream) {
    std::vector<std::string> out;
    const auto given = [&](std::string_view name) {
        return std::any_of(target.headers.begin(), target.headers.end(), [&](const auto& header) { return sameName(header.first, name); });
    };
    const auto own = [&](const std::string& name, const std::string& value) {
        if (!given(name)) out.push_back(name + ": " + value);
    };
    own("User-Agent", "penstock/" PENSTOCK_VERSION);
    out.push_back("Accept-Encoding: identity");
    own("Accept-Language", "*");
    if (!target.apiKey.empty()) own("Authorization", "(hidden)");
    // What the transport sets for each request stands over a header of that name.
    out.push_back("Content-Type: application/json");
    out.push_back(std::string("Accept: ") + (stream ? "text/event-stream" : "application/json"));
    for (const auto& [name, value] : target.headers)
        if (!sameName(name, "Content-Type") && !sameName(name, "Accept") && !sameName(name, "traceparent")) out.push_back(name + ": (hidden)");
    return out;
}

} // namespace penstock
