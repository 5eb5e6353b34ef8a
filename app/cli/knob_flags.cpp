#include "app/cli/flags.h"
#include "app/cli/profile.h"

#include "engine/base/knob_catalog.h"
#include "engine/base/knobs_json.h"

#include <sstream>

namespace penstock::cli {

namespace {

/// A flag's text as the JSON value of its knob: numbers where the knob has one, text otherwise.
nlohmann::json valueOf(const std::string& text, const nlohmann::ordered_json& like) {
    if (like.is_number()) {
        auto number = nlohmann::json::parse(text, nullptr, false);
        if (number.is_number()) return number;
    }
    return text;
}

/// A value as a person would give it: `on`, `0.5s`, `14`.
std::string asTyped(const KnobInfo& knob, const nlohmann::ordered_json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_boolean()) return value.get<bool>() ? "on" : "off";
    if (!value.is_number_float()) return value.dump();
    std::ostringstream text;
    text << value.get<double>() << (knob.kind == KnobKind::Duration ? "s" : "");
    return text.str();
}

} // namespace

void KnobFlags::addTo(CLI::App& command) {
    command.add_option("--profile", profile_, "baseline, controlled, or a JSON file of knobs; flags override it")
        ->group("Knobs")
        ->type_name("NAME|FILE");
    const auto defaults = toJson(Knobs{});
    for (const auto& knob : knobCatalog()) {
        const std::string word(knob.word);
        const auto& value = defaults.at(word);
        const auto shown = asTyped(knob, value);
        command
            .add_option_function<std::string>("--" + word, [this, word](const std::string& text) { given_[word] = text; },
                                              std::string(knob.definition))
            ->group("Knobs: " + std::string(toString(knob.group)))
            ->type_name(shown.empty() ? "TEXT" : "[" + shown + "]");
    }
}

Result<Knobs> KnobFlags::knobs() const {
    Knobs knobs;
    if (!profile_.empty()) {
        if (const auto applied = loadProfile(profile_, knobs); !applied) return applied.error();
    }
    const auto defaults = toJson(Knobs{});
    nlohmann::json flags = nlohmann::json::object();
    for (const auto& [word, text] : given_) flags[word] = valueOf(text, defaults[word]);
    if (const auto applied = applyJson(flags, knobs); !applied) return Error{"--" + applied.error().message};
    return knobs;
}

} // namespace penstock::cli
