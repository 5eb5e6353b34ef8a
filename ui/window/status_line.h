#pragma once

#include "ui/session/run_session.h"
#include "ui/window/frame_meter.h"

#include <QStatusBar>

class QLabel;

namespace penstock::ui {

/// What the console says of itself: content events a second, the engine thread's load, the frame time, skipped snapshots; and where
/// the run is recorded. Also where passing words are shown.
class StatusLine final : public QStatusBar {
    Q_OBJECT

public:
    StatusLine(const RunSession& session, const FrameMeter& frames, QWidget* parent = nullptr);
    void refresh();

private:
    const RunSession& session_;
    const FrameMeter& frames_;
    QLabel *events_ = nullptr, *engine_ = nullptr, *frame_ = nullptr, *skipped_ = nullptr, *file_ = nullptr;
    QString runId_;
    std::uint64_t sequence_ = 0, skippedCount_ = 0;
};

} // namespace penstock::ui
