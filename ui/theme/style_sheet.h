#pragma once

#include <QString>

namespace penstock::ui {

class Theme;

/// The program's style sheet in the theme's colours. Widgets ask for a look by property: `card` (a frame with rounded
/// corners), `primary` (the main button), `flat` (a button without a frame), `muted` (a label in the quieter colour),
/// `problem` (a label or a field that says what will not do).
QString styleSheet(const Theme& theme);

} // namespace penstock::ui
