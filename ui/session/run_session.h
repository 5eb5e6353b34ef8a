#pragma once

#include "engine/engine.h"
#include "ui/history/snapshot_history.h"

#include <QObject>
#include <QString>

#include <functional>
#include <memory>
#include <optional>

namespace penstock::ui {

/// What the next run will be: whom to ask, and what.
struct RunSetup {
    Target target;
    QString targetName; ///< as the window says it: `Simulated endpoint`, or the URL's host
    bool keyAwaited = false; ///< its key is in the keychain and was not brought yet: nothing is sent before that
    WorkloadOptions workload;
    QString workloadName;
    std::uint64_t seed = 1;
};

/// The setting that others are held against.
struct Baseline {
    RunArchive::Side side; ///< run file and segment; segment 0: the whole run
    QString name;          ///< `cap 4` or the run's name
    SegmentFigures figures;
};

/// The one run that the window shows: being set up, going on, or finished and opened from its file. Owns the engine and the
/// archive, and keeps the snapshots. Everything else in the window listens to it. GUI thread.
class RunSession final : public QObject {
    Q_OBJECT

public:
    enum class Phase {
        Ready,    ///< nothing was started: the setup can be changed
        Starting, ///< the workload is checked, the target readied
        Running,
        Paused,   ///< by a person
        Stopping, ///< admits nothing more, streams finish
        Ended,    ///< the run of this session is over; its file is open
        Viewing,  ///< a run file was opened
    };

    /// `runsFolder`: where each run gets a folder of its own. `simulated` gives the built-in endpoint, started when first asked.
    RunSession(QString runsFolder, std::function<Result<Target>()> simulated, QObject* parent = nullptr);
    ~RunSession() override;

    Phase phase() const { return phase_; }
    bool live() const;
    const RunSetup& setup() const { return setup_; }
    const Knobs& knobs() const { return knobs_; }
    const SnapshotHistory& history() const { return history_; }
    /// The newest one, or the finished run's last; null before anything ran.
    std::shared_ptr<const Snapshot> snapshot() const { return snapshot_; }
    const std::optional<RunOverview>& overview() const { return overview_; }
    const std::optional<Baseline>& baseline() const { return baseline_; }
    /// What recordChanged() told last; nullopt when there is none.
    const std::optional<ResultRecord>& record() const { return record_; }
    /// The setting of the shown run that is held against the baseline; nullopt when nothing can be.
    std::optional<RunArchive::Against> against() const;
    const std::optional<RunEnd>& end() const { return end_; }
    RunArchive& archive() { return archive_; }
    QString runsFolder() const { return runsFolder_; }
    /// The run file that is shown; empty when there is none.
    QString file() const { return file_; }
    bool simulated() const;
    /// Whether snapshot() tells of the target that is set up now, and not of one before it.
    bool snapshotIsOfTarget() const { return snapshot_ && setupUsed_; }
    /// The run that is shown has requests without a result, and is written by nobody.
    bool canResume() const;

    /// Only when nothing is live: an Error otherwise.
    Status setSetup(RunSetup setup);
    /// The built-in endpoint as the target.
    Status useSimulated();

    /// Starts a new run in a folder of its own.
    Status start();
    /// Goes on with the run file that is shown, in its own folder.
    Status resume();
    void setPaused(bool paused);
    /// The first call lets streams finish for ten seconds, the second cancels them.
    void stop();
    /// To the running engine, or for the next start. An Error names the knob that cannot be.
    Status apply(const Knobs& knobs);
    void watch(std::optional<RequestId> id);

    /// Opens a run file to look at. Not while a run is live. What comes of it is told by opened() or problem().
    Status open(const QString& path);
    /// Back to the setup, the file closed.
    Status newRun();

    /// The present setting (or the opened run's last) as what others are held against.
    Status pin();
    Status pin(std::uint32_t segment);
    void unpin();
    /// Two runs, or settings of runs, held against each other; recordChanged() has the answer.
    void compare(const RunArchive::Side& baseline, const RunArchive::Side& controlled);

    /// A finished run as it stood at this time of the run, or its end. Viewing and Ended only.
    void showTime(std::optional<double> seconds);
    std::optional<double> shownTime() const { return shownTime_; }

Q_SIGNALS:
    void phaseChanged();
    void setupChanged();
    void knobsChanged();
    /// A new snapshot is there: ten a second at most.
    void snapshotChanged();
    /// The history was replaced or emptied.
    void historyReplaced();
    void overviewChanged();
    void baselineChanged();
    void recordChanged(const penstock::ResultRecord& record);
    /// The run of this session is over; end() has how.
    void ended();
    void opened();
    /// Something for the person to know, one sentence.
    void problem(const QString& sentence);

private:
    void onSnapshot(std::shared_ptr<const Snapshot> snapshot);
    void onEnd(RunEnd end);
    void setPhase(Phase phase);
    Status keyThere() const;
    Status begin(bool resume);
    Status setUpFromFile();
    void openLive();
    void loadSeries();
    void compareWithBaseline();
    void setRecord(std::optional<ResultRecord> record);
    const SegmentFigures* segment(std::uint32_t number) const;

    const QString runsFolder_;
    const std::function<Result<Target>()> simulated_;
    Phase phase_ = Phase::Ready;
    RunSetup setup_;
    Knobs knobs_;
    SnapshotHistory history_;
    std::shared_ptr<const Snapshot> snapshot_, last_;
    std::optional<RunOverview> overview_;
    std::optional<Baseline> baseline_;
    std::optional<ResultRecord> record_;
    std::optional<RunEnd> end_;
    std::optional<double> shownTime_;
    QString file_;
    bool stopAsked_ = false;
    bool resuming_ = false; ///< the run under way goes on with a file that was there
    bool setupUsed_ = false; ///< the last run asked the target of setup_
    enum class Archive { Closed, Opening, Open } archiveState_ = Archive::Closed;
    double nextCompare_ = 0; ///< seconds of run time at which the record is made again
    double compareSeconds_ = 0; ///< that the last one of them took
    std::uint64_t generation_ = 0; ///< of what is shown: answers about an earlier one are dropped
    RunArchive archive_;
    std::unique_ptr<Engine> engine_; ///< last: its callbacks reach the rest
};

} // namespace penstock::ui
