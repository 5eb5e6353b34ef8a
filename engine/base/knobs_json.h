#pragma once

#include "engine/base/knobs.h"

#include <nlohmann/json.hpp>

#include <string_view>

namespace penstock {

/// The set as a JSON object with the command line's words; times in seconds. Holds no secret.
nlohmann::ordered_json toJson(const Knobs& knobs);

/// Lays `object` over `knobs`: only the words it names change. An unknown word, a wrong type or a value that cannot be
/// is an Error that names the word; `knobs` is then unchanged.
Status applyJson(const nlohmann::json& object, Knobs& knobs);

/// Sets one knob from its JSON value, without asking whether the set as a whole can be (validate()): for a set that is being
/// edited. An unknown word or a wrong type is an Error that says the reason alone; `knobs` is then unchanged.
Status setKnob(std::string_view word, const nlohmann::json& value, Knobs& knobs);

/// The word of a policy as written in JSON and on the command line.
std::string_view toString(QueuePolicy policy);
std::string_view toString(ConnectionReuse reuse);
std::string_view toString(Jitter jitter);

/// `0.5`, `500ms`, `30s`, `5m`, `2h`; a bare number is seconds. Negative, not finite or beyond 30 days is an Error.
Result<Nanos> parseDuration(std::string_view text);

} // namespace penstock
