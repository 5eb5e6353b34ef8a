#pragma once

#include "engine/base/knob_catalog.h"
#include "engine/base/result.h"

#include <QString>

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace penstock::ui {

/// A knob's value as its field shows it, exact, so that reading it back gives the same value: `14`, `500 ms`, `5 min`, `4 MiB`,
/// `$2.50/h`, `on`. `value` is the JSON value of knobs_json.h.
QString knobText(const KnobInfo& knob, const nlohmann::ordered_json& value, const std::string& currency);

/// The JSON value of what a person typed: `14`, `500ms`, `30s`, `5m`, `5 min`, `4 MiB`, `2.5`, `$2.50/h`. An Error is the reason.
Result<nlohmann::ordered_json> readKnob(const KnobInfo& knob, const QString& typed, const std::string& currency);

/// The number behind a JSON value, for sliders; 0 for one that has none.
double knobNumber(const nlohmann::ordered_json& value);

/// The JSON value of a number, whole where the knob is.
nlohmann::ordered_json knobValue(const KnobInfo& knob, double number);

/// The catalog's texts, translated.
QString knobLabel(const KnobInfo& knob);
QString knobGroup(KnobGroup group);
QString knobChoice(std::string_view choice);

/// A reason of validate(), with the labels of other knobs in place of their words.
QString knobReason(const std::string& reason);

/// Definition, default, range and flag, as rich text.
QString knobTip(const KnobInfo& knob, const std::string& currency);

} // namespace penstock::ui
