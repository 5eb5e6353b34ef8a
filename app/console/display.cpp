#include "app/console/display.h"

#include <QtGlobal>

#include <string_view>

namespace penstock::console {

Display displayOf([[maybe_unused]] int argc, [[maybe_unused]] char** argv) {
#ifdef Q_OS_LINUX
    for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        if (!qEnvironmentVariableIsEmpty(name)) return Display::Given;
    for (int at = 1; at < argc; ++at)
        if (const std::string_view argument = argv[at]; argument == "-platform" || argument == "--platform") return Display::Given;
    return Display::None;
#else
    return Display::Given;
#endif
}

} // namespace penstock::console
