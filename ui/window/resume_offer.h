#pragma once

#include "ui/session/run_session.h"

#include <QObject>

namespace penstock::ui {

class Banner;

/// Offers to go on with runs that a crash cut off, one after the other in a bar of its own. What a person dismisses is not
/// offered again, unless it is resumed and cut off once more. Hidden while a run is live.
class ResumeOffer final : public QObject {
    Q_OBJECT

public:
    /// Both must outlive it.
    ResumeOffer(RunSession& session, Banner& bar, QObject* parent);

    /// Looks into the runs' folder; the archive's thread does the work.
    void look();

Q_SIGNALS:
    void problem(const QString& sentence);
    /// The run was opened to be resumed.
    void resumeDue();

private:
    void take(std::vector<CutOffRun> runs);
    void show();
    void forgetForGood();
    void resume(const CutOffRun& run);

    RunSession& session_;
    Banner& bar_;
    std::vector<CutOffRun> runs_; ///< to be offered, the next one first
    QString resuming_;            ///< the file that is being opened to be resumed
};

} // namespace penstock::ui
