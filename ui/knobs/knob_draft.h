#pragma once

#include "engine/base/knobs.h"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>

namespace penstock::ui {

/// A set of knobs while it is being edited: what is in force, and what was turned since. A set that cannot be is kept as it
/// stands, with the reasons, and becomes ready as soon as it can be again. Knobs by their words.
class KnobDraft {
public:
    explicit KnobDraft(Knobs applied = {});

    const Knobs& applied() const { return applied_; }
    /// As edited; knobs whose text could not be read have the value in force.
    const Knobs& edited() const { return edited_; }
    /// The edited set when every value was read and the set as a whole can be; nullopt otherwise.
    std::optional<Knobs> ready() const;
    /// Whether `knob` was turned and waits.
    bool waits(const std::string& knob) const { return touched_.contains(knob); }

    /// Whether what was typed at `knob` is no value.
    bool refused(const std::string& knob) const { return refused_.contains(knob); }

    void set(const std::string& knob, const nlohmann::ordered_json& value);
    /// What was typed is no value, for this `reason`.
    void refuse(const std::string& knob, std::string reason);
    /// Takes back what was turned at one knob.
    void revert(const std::string& knob);
    /// `knobs` are in force; nothing waits.
    void accept(const Knobs& knobs);

    /// Why the set cannot be applied, by knob: at the knob that is wrong, and, where another was turned, at that one too.
    std::map<std::string, std::string> reasons() const;

private:
    Knobs applied_, edited_;
    std::set<std::string> touched_;
    std::map<std::string, std::string> refused_;
};

} // namespace penstock::ui
