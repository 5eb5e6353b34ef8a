#include "engine/base/profile.h"

#include "engine/base/knobs_json.h"

#include <algorithm>
#include <cctype>

namespace penstock {

Status applyProfile(std::string_view text, const std::string& name, Knobs& knobs) {
    if (text.size() > maxProfileBytes) return Error{"profile " + name + ": larger than 1 MiB, so it is no profile"};
    nlohmann::json object;
    try {
        object = nlohmann::json::parse(text.begin(), text.end());
    } catch (const nlohmann::json::parse_error& problem) {
        const auto upTo = std::min(text.size(), problem.byte);
        const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(upTo), '\n');
        return Error{name + ":" + std::to_string(line) + ": is not JSON"};
    }
    if (const auto applied = applyJson(object, knobs); !applied)
        return Error{"profile " + name + ": " + applied.error().message};
    return okStatus();
}

Status checkProfileName(std::string_view name) {
    if (name.empty()) return Error{"a profile needs a name"};
    if (name.size() > 64) return Error{"the name of a profile has at most 64 bytes"};
    const auto unfit = [](unsigned char c) {
        return c < 0x20 || c == 0x7f ||
               std::string_view("/\\:*?\"<>|").find(static_cast<char>(c)) != std::string_view::npos;
    };
    if (std::any_of(name.begin(), name.end(), unfit))
        return Error{"the name of a profile has none of / \\ : * ? \" < > |"};
    if (name.front() == '.' || name.front() == ' ' || name.front() == '-' || name.back() == '.' || name.back() == ' ')
        return Error{"the name of a profile neither begins with a dot, dash or blank nor ends with a dot or blank"};
    std::string lower(name);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (lower == "baseline" || lower == "controlled")
        return Error{"that name belongs to a profile that comes with the program"};
    return okStatus();
}

} // namespace penstock
