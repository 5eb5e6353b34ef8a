#include "ui/window/actions.h"

#include <QActionGroup>
#include <QKeySequence>
#include <QMenu>
#include <QMenuBar>
#include <QUndoStack>
#include <QWidget>

namespace penstock::ui {

namespace {

QAction* checkable(QAction* action, bool checked) {
    action->setCheckable(true);
    action->setChecked(checked);
    return action;
}

} // namespace

QAction* Actions::make(const QString& text, const QKeySequence& shortcut, const QString& tip) {
    auto* action = new QAction(text, this);
    action->setShortcut(shortcut);
    action->setStatusTip(tip);
    QString plain = text;
    plain.remove(QLatin1Char('&'));
    const QString keys = shortcut.toString(QKeySequence::NativeText);
    action->setToolTip(tip + (keys.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(keys)));
    action->setIconText(plain);
    owner_->addAction(action);
    return action;
}

Actions::Actions(QUndoStack& stack, QWidget* owner)
    : QObject(owner)
    , owner_(owner) {
    newRun = make(tr("&New run"), QKeySequence(tr("Ctrl+N")), tr("Close the run that is shown and set up another"));
    open = make(tr("&Open..."), QKeySequence(tr("Ctrl+O")), tr("Open a run file"));
    recent = new QMenu(tr("Open &recent"), owner);
    saveAs = make(tr("Save run &as..."), QKeySequence(tr("Ctrl+Shift+S")), tr("Write a copy of the run file"));
    exportRecord = make(tr("Result &record (CSV)..."), QKeySequence(tr("Ctrl+E")), tr("Write the result record as CSV"));
    exportSpans = make(tr("&Spans (CSV)..."), QKeySequence(tr("Ctrl+Shift+E")), tr("Write a row an attempt as CSV"));
    exportCharts = make(tr("&Charts (PNG and CSV)..."), QKeySequence(tr("Ctrl+Alt+E")), tr("Write each chart as a picture and as CSV"));
    exportAll = make(tr("&Everything..."), QKeySequence(tr("Ctrl+Alt+Shift+E")), tr("Write the run file, results, spans, record, summary and charts into a folder"));
    close = make(tr("&Close run"), QKeySequence(tr("Ctrl+W")), tr("Close the run that is shown"));
    quit = make(tr("&Quit"), QKeySequence(tr("Ctrl+Q")), tr("Leave Penstock"));

    undo = stack.createUndoAction(this, tr("&Undo"));
    undo->setShortcut(QKeySequence(tr("Ctrl+Z")));
    redo = stack.createRedoAction(this, tr("&Redo"));
    redo->setShortcuts({QKeySequence(tr("Ctrl+Shift+Z")), QKeySequence(tr("Ctrl+Y"))});
    undo->setStatusTip(tr("Take back the last turn of a knob"));
    redo->setStatusTip(tr("Turn the knob again as it was before Undo"));
    owner->addActions({undo, redo});

    startOrPause = make(tr("&Start"), QKeySequence(tr("F5")), tr("Start the run"));
    stop = make(tr("S&top"), QKeySequence(tr("Shift+F5")), tr("Admit nothing more and let streams finish; once more cancels them"));
    resume = make(tr("&Resume this run"), QKeySequence(tr("Ctrl+F5")), tr("Answer what the run that is shown has left"));
    pin = make(tr("&Pin as baseline"), QKeySequence(tr("Ctrl+B")), tr("Hold every other setting against the present one"));
    unpin = make(tr("&Unpin the baseline"), QKeySequence(tr("Ctrl+Shift+B")), tr("Compare with nothing"));
    target = make(tr("&Target..."), QKeySequence(tr("Ctrl+T")), tr("Whom to ask: address, model, key"));
    workload = make(tr("&Workload..."), QKeySequence(tr("Ctrl+L")), tr("What to ask: a file of prompts"));
    raiseCap = make(tr("&Raise the cap by one"), QKeySequence(tr("Ctrl+Up")), tr("One more request in flight"));
    lowerCap = make(tr("&Lower the cap by one"), QKeySequence(tr("Ctrl+Down")), tr("One request less in flight"));

    presentation = checkable(make(tr("&Presentation mode"), QKeySequence(tr("F11")), tr("Figures and three charts, readable from the back of a room")), false);
    showKnobs = checkable(make(tr("&Knobs"), QKeySequence(tr("F6")), tr("Show or hide the knobs")), true);
    showTables = checkable(make(tr("T&ables"), QKeySequence(tr("F7")), tr("Show or hide the tables")), true);
    showRuns = checkable(make(tr("&Runs"), QKeySequence(tr("F8")), tr("Show or hide the list of earlier runs")), false);
    leaveEnlarged = make(tr("&All charts"), QKeySequence(tr("Alt+0")), tr("From one enlarged chart back to all"));
    requests = make(tr("Re&quests"), QKeySequence(tr("Alt+1")), tr("Show the requests"));
    segments = make(tr("&Segments"), QKeySequence(tr("Alt+2")), tr("Show a row for each setting"));
    record = make(tr("Result re&cord"), QKeySequence(tr("Alt+3")), tr("Show baseline against controlled"));
    log = make(tr("&Log"), QKeySequence(tr("Alt+4")), tr("Show the log"));
    themeSystem = checkable(make(tr("As the &system"), QKeySequence(tr("Ctrl+Alt+0")), tr("Light or dark as the system is")), true);
    themeLight = checkable(make(tr("&Light"), QKeySequence(tr("Ctrl+Alt+1")), tr("The light theme")), false);
    themeDark = checkable(make(tr("&Dark"), QKeySequence(tr("Ctrl+Alt+2")), tr("The dark theme")), false);
    auto* themes = new QActionGroup(this);
    for (auto* action : {themeSystem, themeLight, themeDark}) themes->addAction(action);

    shortcuts = make(tr("&Keyboard shortcuts"), QKeySequence(tr("F1")), tr("Every shortcut of the window"));
    about = make(tr("&About Penstock"), QKeySequence(tr("Shift+F1")), tr("Version and licence"));
}

void Actions::fill(QMenuBar& bar) {
    auto* file = bar.addMenu(tr("&File"));
    file->addActions({newRun, open});
    file->addMenu(recent);
    file->addSeparator();
    file->addAction(saveAs);
    auto* exports = file->addMenu(tr("&Export"));
    exports->addActions({exportRecord, exportSpans, exportCharts, exportAll});
    file->addSeparator();
    file->addActions({close, quit});

    bar.addMenu(tr("&Edit"))->addActions({undo, redo});

    auto* run = bar.addMenu(tr("&Run"));
    run->addActions({startOrPause, stop, resume});
    run->addSeparator();
    run->addActions({pin, unpin});
    run->addSeparator();
    run->addActions({raiseCap, lowerCap});
    run->addSeparator();
    run->addActions({target, workload});

    auto* view = bar.addMenu(tr("&View"));
    view->addActions({presentation, leaveEnlarged});
    view->addSeparator();
    view->addActions({showKnobs, showTables, showRuns});
    view->addSeparator();
    view->addActions({requests, segments, record, log});
    view->addSeparator();
    view->addMenu(tr("&Theme"))->addActions({themeSystem, themeLight, themeDark});

    bar.addMenu(tr("&Help"))->addActions({shortcuts, about});
}

std::vector<const QAction*> Actions::all() const {
    std::vector<const QAction*> out;
    for (const auto* action : owner_->actions())
        if (!action->isSeparator() && !action->text().isEmpty()) out.push_back(action);
    return out;
}

} // namespace penstock::ui
