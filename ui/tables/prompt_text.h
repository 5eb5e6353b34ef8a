#pragma once

#include <string>
#include <string_view>

namespace penstock::ui {

/// A request's JSON body as a person reads it: a line of its parameters, then each message under its role. In every API
/// dialect (`messages`, `prompt`, `input`, `system`, `instructions`). A body that is no JSON object is given back as it
/// is.
std::string promptText(std::string_view body);

} // namespace penstock::ui
