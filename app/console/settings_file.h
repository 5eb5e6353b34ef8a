#pragma once

namespace penstock::console {

/// Says where the console's settings are: an INI file in a folder named after the program's makers. Those of a version that named
/// none, which Qt put under `Unknown Organization`, are taken over once; that file stays. Before the first QSettings.
void nameSettings();

} // namespace penstock::console
