// The console: makes the session, the window and the built-in endpoint, and hands them to each other.
#include "app/console/console_options.h"
#include "app/console/demo.h"
#include "app/console/display.h"
#include "app/console/screenshot.h"
#include "app/console/settings_file.h"
#include "app/console/simulated_endpoint.h"
#include "app/console/start_setup.h"

#include "ui/session/run_places.h"
#include "ui/tables/log_sink.h"
#include "ui/theme/theme.h"
#include "ui/window/main_window.h"

#include <spdlog/spdlog.h>

#include <QApplication>
#include <QIcon>
#include <QSettings>

#include <cstdio>

namespace {

using namespace penstock;

int refuse(const std::string& sentence) {
    std::fprintf(stderr, "penstock: %s\n", sentence.c_str());
    return 2;
}

} // namespace

int main(int argc, char** argv) {
    // Before Qt, which takes its own options out of the command line, asks for a display: help and refusals need none, and a
    // picture is drawn without one.
    if (console::displayOf(argc, argv) == console::Display::None) {
        const auto parsed = console::parseOptions(argc, argv);
        if (const auto* status = std::get_if<int>(&parsed)) return *status;
        if (std::get<console::ConsoleOptions>(parsed).screenshot.isEmpty())
            return refuse("there is no display here (DISPLAY and WAYLAND_DISPLAY are not set): use penstock-cli, or --screenshot FILE.png");
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
    QApplication::setHighDpiScaleFactorRoundingPolicy(Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("penstock"));
    QApplication::setApplicationDisplayName(QStringLiteral("Penstock"));
    QApplication::setApplicationVersion(QStringLiteral(PENSTOCK_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("penstock"));
    console::nameSettings();

    auto parsed = console::parseOptions(argc, argv);
    if (const auto* status = std::get_if<int>(&parsed)) return *status;
    const auto options = std::get<console::ConsoleOptions>(std::move(parsed));

    auto& theme = ui::Theme::instance();
    theme.setMode(options.theme.value_or(static_cast<ui::Theme::Mode>(std::clamp(QSettings().value(QStringLiteral("theme"), 0).toInt(), 0, 2))));

    const QString dataFolder = ui::dataFolder() + QStringLiteral("/workloads");
    console::SimulatedEndpoint endpoint;
    const auto simulated = [&endpoint] { return endpoint.target(); };
    const auto keys = ui::makeKeychainStore();
    ui::RunSession session(ui::defaultRunsFolder(), simulated);
    auto setup = console::startSetup(options, simulated, dataFolder);
    if (!setup) return refuse(setup.error().message);
    if (const auto set = session.setSetup(std::move(setup->run)); !set) return refuse(set.error().message);
    if (const auto applied = session.apply(options.knobs); !applied) return refuse(applied.error().message);

    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/penstock.svg")));
    ui::MainWindow window({session, *keys, simulated, dataFolder});
    const auto sink = std::make_shared<ui::LogSink>(window.logIntake());
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("penstock", sink));
    spdlog::set_level(spdlog::level::debug);
    if (options.size) window.resize(*options.size);
    window.show();
    if (options.presentation) window.setPresentation(true);
    window.bringKey(setup->keyAccount);
    if (!setup->problem.isEmpty()) window.tell(setup->problem);
    if (!options.file.isEmpty()) window.openFile(options.file);

    std::optional<console::Demo> demo;
    if (options.demo) {
        demo.emplace(session);
        if (const auto started = demo->start(); !started) return refuse(started.error().message);
    }
    std::optional<console::Screenshot> screenshot;
    if (!options.screenshot.isEmpty()) screenshot.emplace(session, window, options.screenshot, options.after);
    return QApplication::exec();
}
