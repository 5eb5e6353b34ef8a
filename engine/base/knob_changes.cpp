#include "engine/base/knob_changes.h"

#include "engine/base/knobs_json.h"

namespace penstock {

std::vector<KnobChange> changesBetween(const Knobs& before, const Knobs& after) {
    const auto from = toJson(before), to = toJson(after);
    const auto text = [](const nlohmann::ordered_json& value) {
        return value.is_string() ? value.get<std::string>() : value.dump();
    };
    std::vector<KnobChange> changes;
    for (const auto& [word, value] : to.items())
        if (const auto& old = from.at(word); old != value) changes.push_back({word, text(old), text(value)});
    return changes;
}

std::string describe(const std::vector<KnobChange>& changes) {
    std::string out;
    for (const auto& change : changes) {
        if (!out.empty()) out += ", ";
        out += change.knob + ' ' + (change.from.empty() ? "nothing" : change.from) + " to " + (change.to.empty() ? "nothing" : change.to);
    }
    return out.empty() ? "nothing" : out;
}

} // namespace penstock
