#pragma once

#include "engine/base/completion.h"

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

namespace penstock {

/// An error that a server reported, and whether its code was a number in JSON (`decode` gives it back as it came).
struct ReportedError {
    ServerMessage message;
    bool numericCode = false;
};

/// What a server says, made fit to be shown and logged: at most `characters` code points, one line, valid UTF-8, no
/// control characters, and what looks like an API key blotted out.
std::string presentable(std::string_view text, std::size_t characters = 500);

/// The error that a JSON document reports by any of the conventions in use: a non-empty `error` (object or string,
/// beside `choices` too), `object: "error"`, a non-zero `error_code`, a choice with an `error` or the finish reason
/// `error`; in an array, that of its first element. nullopt when it reports none.
std::optional<ReportedError> findError(const simdjson::dom::element& document);

/// The error of a document that is known to be one: findError(), or else its `message`, `detail`, `errors`, or the
/// whole text.
ReportedError readError(const simdjson::dom::element& document);

} // namespace penstock
