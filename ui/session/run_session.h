#pragma once

#include "engine/engine.h"
#include "ui/history/snapshot_history.h"
#include "ui/session/baseline.h"
#include "ui/session/past_sessions.h"

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
    /// What the next run will be.
    const RunSetup& setup() const { return setup_; }
    /// What the run that is shown asked and whom; the next one's while none is shown.
    const RunSetup& shownSetup() const { return ran_ ? *ran_ : setup_; }
    /// A run is shown, and the next one will ask another target.
    bool nextAsksAnother() const;
    /// Those of the run that is shown; the person's own where none is, or where it was not opened but run here.
    const Knobs& knobs() const { return knobs_; }
    const SnapshotHistory& history() const { return history_; }
    /// The newest one, or the finished run's last; null before anything ran. Times are run time, in a resumed run too, whose
    /// counts, means and rates are those of the session that goes on (see sessionStart()) until it has ended.
    std::shared_ptr<const Snapshot> snapshot() const { return snapshot_; }
    /// As the engine sent it: of the present session alone. Null when nothing is live.
    std::shared_ptr<const Snapshot> sessionSnapshot() const { return live() ? last_ : nullptr; }
    /// Run time at which the session that goes on began; 0 for a run that was not resumed, and at its end.
    double sessionStart() const { return live() && past_ ? start_ : 0; }
    /// Requests of the whole run that have their result, at the time that is shown.
    std::uint64_t answered() const;
    /// Requests of the whole workload; nullopt while that is not known, and where it has no end.
    std::optional<std::uint64_t> workloadTotal() const;
    /// The settings of the run at the time that is shown. The one in force then has no figures: nobody kept them.
    std::shared_ptr<const std::vector<SegmentFigures>> segments() const;
    const std::optional<RunOverview>& overview() const { return overview_; }
    const std::optional<Baseline>& baseline() const { return baseline_; }
    /// With its run where that is not the one that is shown; empty when none is pinned.
    QString baselineName() const;
    /// The setting of the run that is shown which is the baseline.
    std::optional<std::uint32_t> pinnedHere() const;
    /// Empty while none is shown, or the engine has not named it yet.
    std::string runId() const;
    /// What recordChanged() told last; nullopt when there is none.
    const std::optional<ResultRecord>& record() const { return record_; }
    /// The setting of the shown run that is held against the baseline; nullopt when nothing can be.
    std::optional<RunArchive::Against> against() const;
    /// How the run of this session ended, and after a resume that came to nothing, how that did.
    const std::optional<RunEnd>& end() const { return end_; }
    RunArchive& archive() { return archive_; }
    QString runsFolder() const { return runsFolder_; }
    /// The run file that is shown; empty when there is none.
    QString file() const { return file_; }
    bool simulated() const { return shownSetup().target.simulated; }
    /// Whether snapshot() tells of the target that shownSetup() names.
    bool snapshotIsOfTarget() const { return snapshot_ && ran_; }
    /// The run that is shown has requests without a result, and is written by nobody.
    bool canResume() const;

    /// Only when nothing is live: an Error otherwise.
    Status setSetup(RunSetup setup);
    /// The built-in endpoint as the target.
    Status useSimulated();

    /// Starts a new run in a folder of its own.
    Status start();
    /// Goes on with the run file that is shown, in its own folder. One that was opened and asked a server goes on only when the
    /// setup's target has the same address, since no file holds a key; otherwise give it by resumeWith().
    Status resume();
    /// The target that lends its key, headers and authorities: one of the address that the run asked. An Error for another.
    Status resumeWith(const Target& target);
    /// resume() would have nobody to ask: the run's address is not that of the setup's target.
    bool resumeNeedsTarget() const;
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
    /// Run times at which a person paused the run that is shown, as far as this program was there.
    const std::vector<double>& pauses() const { return pauses_; }
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
    /// Another baseline, or none.
    void baselineChanged();
    /// The same one with newer figures: its setting is still in force.
    void baselineFiguresChanged();
    void recordChanged(const penstock::ResultRecord& record);
    /// There is no record of what is to be compared, and why.
    void recordMissing(const QString& why);
    /// The run of this session is over; end() has how.
    void ended();
    void opened();
    /// Something for the person to know, one sentence.
    void problem(const QString& sentence);

private:
    static constexpr std::size_t mostPoints = 36'000; ///< of a series: an hour at ten a second, as the history keeps it

    void onSnapshot(std::shared_ptr<const Snapshot> snapshot);
    void onEnd(RunEnd end);
    void setPhase(Phase phase);
    static Status keyThere(const RunSetup& setup);
    Status begin(RunSetup setup, bool resume);
    Result<RunSetup> setupFromFile(const Target* lent) const;
    void show(RunOverview overview);
    void goBack();
    void removeFolder();
    void openLive();
    void loadSeries();
    void joinSeries(std::vector<Snapshot> series);
    void toRunTime(double start);
    void restoreBaseline();
    void refreshBaseline();
    void compareWithBaseline();
    void setRecord(std::optional<ResultRecord> record, const QString& why = {});
    const SegmentFigures* segment(std::uint32_t number) const;

    const QString runsFolder_;
    const std::function<Result<Target>()> simulated_;
    Phase phase_ = Phase::Ready;
    RunSetup setup_;
    std::optional<RunSetup> ran_; ///< of the run that is shown
    Knobs knobs_;
    std::optional<Knobs> own_; ///< the person's, while those of an opened run are shown
    SnapshotHistory history_;
    std::shared_ptr<const Snapshot> snapshot_, last_;
    std::optional<PastSessions> past_; ///< of a run that was resumed
    std::vector<double> pauses_;
    double start_ = 0;                 ///< run time at which its present session began
    std::optional<std::uint64_t> total_;
    std::optional<RunOverview> overview_;
    std::optional<Baseline> baseline_;
    std::optional<ResultRecord> record_;
    std::optional<RunEnd> end_;
    std::optional<double> shownTime_;
    QString file_;
    bool resumed_ = false; ///< the run that goes on had a file before
    bool stopAsked_ = false;
    bool goingBack_ = false; ///< a resume came to nothing: its run is being opened again
    enum class Archive { Closed, Opening, Open } archiveState_ = Archive::Closed;
    double nextCompare_ = 0; ///< seconds of run time at which the record is made again
    double compareSeconds_ = 0; ///< that the last one of them took
    std::uint64_t generation_ = 0; ///< of what is shown: answers about an earlier one are dropped
    std::uint64_t run_ = 0;        ///< the same, but one run has one number through its sessions
    std::uint64_t opening_ = 0;    ///< the newest file that was asked for
    std::uint64_t baselines_ = 0;  ///< one number a baseline: records of an earlier one are dropped
    RunArchive archive_;
    std::unique_ptr<Engine> engine_; ///< last: its callbacks reach the rest
};

} // namespace penstock::ui
