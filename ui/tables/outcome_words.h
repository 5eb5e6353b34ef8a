#pragma once

#include "engine/base/active_request.h"
#include "engine/base/outcome.h"
#include "ui/theme/theme.h"

#include <QString>

namespace penstock::ui {

/// An ending in words, as a person says them: `ok`, `cut stream`, `no token in time`.
QString outcomeWords(OutcomeKind kind);
/// ✓, ⊘ (ended by a person or the queue) or ✕.
QString outcomeSymbol(OutcomeKind kind);
ColorRole outcomeColor(OutcomeKind kind);

/// `connecting`, `waiting for first token`, `streaming`, `backing off`.
QString stageWords(ActiveRequest::Stage stage);
QString stageSymbol(ActiveRequest::Stage stage);

} // namespace penstock::ui
