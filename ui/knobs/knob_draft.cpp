#include "ui/knobs/knob_draft.h"

#include "engine/base/knobs_json.h"

namespace penstock::ui {

KnobDraft::KnobDraft(Knobs applied)
    : applied_(applied)
    , edited_(std::move(applied)) {}

std::optional<Knobs> KnobDraft::ready() const {
    if (!refused_.empty() || !validate(edited_).empty()) return std::nullopt;
    return edited_;
}

void KnobDraft::set(const std::string& knob, const nlohmann::ordered_json& value) {
    touched_.insert(knob);
    refused_.erase(knob);
    if (const auto taken = setKnob(knob, value, edited_); !taken) refused_[knob] = taken.error().message;
}

void KnobDraft::refuse(const std::string& knob, std::string reason) {
    revert(knob);
    touched_.insert(knob);
    refused_[knob] = std::move(reason);
}

void KnobDraft::revert(const std::string& knob) {
    touched_.erase(knob);
    refused_.erase(knob);
    static_cast<void>(setKnob(knob, toJson(applied_).at(knob), edited_));
}

void KnobDraft::accept(const Knobs& knobs) {
    applied_ = edited_ = knobs;
    touched_.clear();
    refused_.clear();
}

std::map<std::string, std::string> KnobDraft::reasons() const {
    auto reasons = refused_;
    std::string first;
    for (const auto& [knob, reason] : refused_)
        if (first.empty()) first = knob + ' ' + reason;
    for (const auto& problem : validate(edited_)) {
        reasons.emplace(problem.knob, problem.reason);
        if (first.empty()) first = problem.knob + ' ' + problem.reason;
    }
    if (!reasons.empty())
        for (const auto& knob : touched_) reasons.emplace(knob, "waits: " + first);
    return reasons;
}

} // namespace penstock::ui
