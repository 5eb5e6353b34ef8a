#pragma once

#include <QString>

namespace penstock::ui {

/// A sentence of the engine for a person at the window: where it advises a flag of the command line, what stands for it here.
QString windowWords(QString sentence);

} // namespace penstock::ui
