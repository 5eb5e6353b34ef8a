#pragma once

#include "ui/dialogs/key_store.h"
#include "ui/session/run_session.h"
#include "ui/window/frame_meter.h"

#include <QMainWindow>
#include <QUndoStack>

class QSplitter;
class QStackedWidget;
class QTabWidget;

namespace penstock::ui {

class Actions;
class Banner;
class ChartBoard;
class FigureStrip;
class KnobPanel;
class LogModel;
class RequestPane;
class RunFiles;
class RunsDock;
class StatusLine;
class TimeSlider;
class TopBar;

/// The window: top bar, figures, knobs, charts, tables and menus, joined to one RunSession.
class MainWindow final : public QMainWindow {
    Q_OBJECT

public:
    struct Parts {
        RunSession& session;
        KeyStore& keys;
        LogModel& log;
        std::function<Result<Target>()> simulated;
        QString dataFolder; ///< where the sample and synthetic workloads are kept
    };
    explicit MainWindow(Parts parts);
    ~MainWindow() override;

    void openFile(const QString& path);
    void setPresentation(bool on);
    void say(const QString& sentence);
    void sayProblem(const QString& sentence);

protected:
    bool event(QEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
};

} // namespace penstock::ui
