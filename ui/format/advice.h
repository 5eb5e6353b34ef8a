#pragma once

#include "engine/base/outcome.h"

#include <QString>

namespace penstock::ui {

/// What a person can do about a target that cannot be used; begins with a small letter, to follow a semicolon, and has
/// no full stop. Empty where there is nothing to say.
QString adviceFor(const Outcome& problem);

/// The problem and what to do about it, as one sentence.
QString withAdvice(const Outcome& problem);

} // namespace penstock::ui
