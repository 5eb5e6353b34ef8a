#pragma once

#include "engine/base/knobs.h"
#include "engine/base/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace penstock {

/// A file larger than this is no profile.
inline constexpr std::size_t maxProfileBytes = 1u << 20;

/// Lays a profile, a JSON object of knobs, over `knobs`; what it does not name stays. `name` is what the person knows it by.
/// An Error is one sentence that begins with `name` (with the line, where the text is not JSON); `knobs` is then unchanged.
Status applyProfile(std::string_view text, const std::string& name, Knobs& knobs);

/// Whether `name` can be the name of a profile: 1 to 64 bytes that make a file name on every system, and not that of a
/// built-in one (`baseline`, `controlled`). An Error says what is wrong with it.
Status checkProfileName(std::string_view name);

} // namespace penstock
