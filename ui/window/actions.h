#pragma once

#include <QAction>
#include <QObject>

#include <vector>

class QMenu;
class QMenuBar;
class QUndoStack;
class QWidget;

namespace penstock::ui {

/// Every action of the window, each with its words, its shortcut and its place in a menu. The window connects them.
class Actions final : public QObject {
    Q_OBJECT

public:
    /// `owner` gets the actions, so that their shortcuts hold in the whole window.
    Actions(QUndoStack& undo, QWidget* owner);

    // File
    QAction *newRun, *open, *saveAs, *exportRecord, *exportSpans, *exportCharts, *exportAll, *close, *quit;
    QMenu* recent; ///< filled by the window
    // Edit
    QAction *undo, *redo;
    // Run
    QAction *startOrPause, *stop, *resume, *pin, *unpin, *target, *workload, *raiseCap, *lowerCap;
    // View
    QAction *presentation, *showKnobs, *showTables, *showRuns, *leaveEnlarged, *themeSystem, *themeLight, *themeDark;
    QAction *requests, *segments, *record, *log;
    // Help
    QAction *shortcuts, *about;

    void fill(QMenuBar& bar);
    /// All, for the list of shortcuts.
    std::vector<const QAction*> all() const;

private:
    QAction* make(const QString& text, const QKeySequence& shortcut, const QString& tip);
    QWidget* owner_;
};

} // namespace penstock::ui
