#pragma once

#include "ui/dialogs/key_store.h"
#include "ui/session/run_session.h"
#include "ui/window/frame_meter.h"

#include <QMainWindow>
#include <QUndoStack>

class QLabel;
class QSplitter;

namespace penstock::ui {

class Actions;
class Banner;
class ChartBoard;
class FigureStrip;
class KeptKey;
class KnobPanel;
class LogIntake;
class ResumeOffer;
class RunFiles;
class RunsDock;
class StatusLine;
class TablesPane;
class TimeSlider;
class TopBar;

/// The window: menus, top bar, figures, knobs, charts and tables, joined to one RunSession. It holds them together and computes
/// nothing.
class MainWindow final : public QMainWindow {
    Q_OBJECT

public:
    struct Parts {
        RunSession& session;
        KeyStore& keys;
        std::function<Result<Target>()> simulated;
        QString dataFolder; ///< where the sample and synthetic workloads are kept
    };
    explicit MainWindow(const Parts& parts);
    ~MainWindow() override;

    void openFile(const QString& path);
    /// Has the keychain asked for the key that the session's setup awaits.
    void bringKey(const QString& account);
    void setPresentation(bool on);
    const FrameMeter& frames() const { return frames_; }
    /// Where the program's log goes.
    std::shared_ptr<LogIntake> logIntake() const;

protected:
    bool event(QEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    // Built in main_window.cpp
    void lay();
    void restore();
    void remember();
    // Joined in main_window_joints.cpp
    void joinActions();
    void joinSession();
    void refresh();
    void showPhase();
    void showBaseline();
    void showMarkers();
    void onEnded();
    void sayOfTarget(const QString& words);
    void tellKeyRefusal();
    void applyKnobs(const Knobs& knobs);
    void startOrPause();
    void changeCap(int by);
    void chooseTarget();
    void chooseWorkload(const QString& file = {});
    void setTheme();
    void report(const Status& status);

    Parts parts_;
    RunSession& session_;
    QUndoStack undo_;
    FrameMeter frames_;
    std::size_t markersShown_ = 0;
    bool keyRefusalTold_ = false; ///< of the run that goes on

    Actions* actions_ = nullptr;
    RunFiles* files_ = nullptr;
    KeptKey* key_ = nullptr;
    TopBar* topBar_ = nullptr;
    FigureStrip* figures_ = nullptr;
    Banner* banner_ = nullptr;
    Banner* offerBar_ = nullptr;
    ResumeOffer* offer_ = nullptr;
    KnobPanel* knobs_ = nullptr;
    ChartBoard* charts_ = nullptr;
    TimeSlider* slider_ = nullptr;
    TablesPane* tables_ = nullptr;
    RunsDock* runs_ = nullptr;
    StatusLine* status_ = nullptr;
    QSplitter *across_ = nullptr, *down_ = nullptr;
};

} // namespace penstock::ui
