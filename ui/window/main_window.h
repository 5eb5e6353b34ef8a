#pragma once

#include "ui/dialogs/key_store.h"
#include "ui/session/run_session.h"
#include "ui/window/frame_meter.h"

#include <QMainWindow>
#include <QUndoStack>

class QLabel;
class QSplitter;
class QTimer;

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
class TargetDialog;
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
    /// A problem that was met before the window was there.
    void tell(const QString& problem);
    /// What a person answers when the window is closed while a run goes on.
    enum class Leave { KeepRunning, LetFinish, Cancel };
    /// Takes the place of the question, where nobody is there to answer it.
    void setLeaveAnswer(std::function<Leave()> answer) { leaveAnswer_ = std::move(answer); }
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
    void showKnobs();
    void showMarkers();
    void onEnded();
    // Told in main_window_phases.cpp
    void tellStopped();
    void tellOpened();
    void tellNext();
    void resume();
    bool mayClose();
    void leave(bool cancel);
    void leaveWhenEnded();
    void sayOfTarget(const QString& words);
    void tellKeyRefusal();
    void applyKnobs(const Knobs& knobs);
    void startOrPause();
    void changeCap(int by);
    void chooseTarget();
    void keepKey(const TargetDialog& dialog);
    void chooseWorkload(const QString& file = {});
    void setTheme();
    void showTheme();
    void report(const Status& status);

    Parts parts_;
    std::function<Leave()> leaveAnswer_;
    RunSession& session_;
    QUndoStack undo_;
    FrameMeter frames_;
    std::size_t markersShown_ = 0;
    bool leaving_ = false;  ///< the window closes once the run has ended
    bool leaveNow_ = false; ///< it has, or was waited for long enough
    QTimer* leaveTimer_ = nullptr;
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
    bool splitChosen_ = false; ///< between charts and tables: by the person, or at first sight
};

} // namespace penstock::ui
