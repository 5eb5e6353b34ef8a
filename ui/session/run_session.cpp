#include "ui/session/run_session.h"

#include "ui/session/end_words.h"
#include "ui/session/final_snapshot.h"
#include "ui/session/run_places.h"
#include "ui/session/run_setup_of.h"

#include "engine/base/progress.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <utility>

namespace penstock::ui {

namespace {

constexpr double compareInterval = 5;          // seconds, or
constexpr double compareShare = 20;            // so many times as long as the last comparison took
constexpr auto grace = std::chrono::seconds{10};

QString text(const std::string& s) { return QString::fromStdString(s); }

} // namespace

RunSession::RunSession(QString runsFolder, std::function<Result<Target>()> simulated, QObject* parent)
    : QObject(parent)
    , runsFolder_(std::move(runsFolder))
    , simulated_(std::move(simulated))
    , engine_(std::make_unique<Engine>(
          Engine::Listener{[this](std::shared_ptr<const Snapshot> s) { onSnapshot(std::move(s)); }, [this](RunEnd end) { onEnd(std::move(end)); }})) {}

RunSession::~RunSession() = default;

bool RunSession::canResume() const {
    if (live() || file_.isEmpty()) return false;
    if (phase_ == Phase::Ended && end_ && end_->kind != RunEnd::Kind::Complete) return true;
    return overview_ && !overview_->complete && !overview_->live;
}

bool RunSession::live() const {
    return phase_ == Phase::Starting || phase_ == Phase::Running || phase_ == Phase::Paused || phase_ == Phase::Stopping;
}

bool RunSession::nextAsksAnother() const {
    if (!ran_) return false;
    const Target &next = setup_.target, &shown = ran_->target;
    // The simulated endpoint listens elsewhere each time the program runs.
    if (next.simulated || shown.simulated) return next.simulated != shown.simulated;
    return next.baseUrl != shown.baseUrl || next.model != shown.model;
}

std::string RunSession::runId() const {
    if (snapshot_ && !snapshot_->runId.empty()) return snapshot_->runId;
    return overview_ ? overview_->info.runId : std::string();
}

std::uint64_t RunSession::answered() const {
    if (live() || (past_ && !overview_)) return (past_ ? past_->answered : 0) + (last_ ? endedRequests(*last_) : 0);
    return snapshot_ ? endedRequests(*snapshot_) : 0;
}

std::optional<std::uint64_t> RunSession::workloadTotal() const {
    if (!live() && overview_ && overview_->complete) return overview_->requests;
    return total_;
}

void RunSession::setPhase(Phase phase) {
    if (phase_ == phase) return;
    phase_ = phase;
    Q_EMIT phaseChanged();
}

Status RunSession::setSetup(RunSetup setup) {
    if (live()) return Error{"a run is going on: stop it first"};
    setup_ = std::move(setup);
    Q_EMIT setupChanged();
    return okStatus();
}

Status RunSession::useSimulated() {
    auto target = simulated_();
    if (!target) return target.error();
    RunSetup setup = setup_;
    setup.target = *target;
    setup.keyAwaited = false;
    setup.targetName = tr("Simulated endpoint");
    return setSetup(std::move(setup));
}

/// Nothing is sent with the key still in the keychain: it would be refused, and counted as the target's failure.
Status RunSession::keyThere(const RunSetup& setup) {
    if (!setup.keyAwaited) return okStatus();
    return Error{tr("The key of %1 has not come from the keychain yet: wait for it, or set it under Run > Target.").arg(setup.targetName).toStdString()};
}

Status RunSession::start() {
    if (live()) return Error{"a run is going on already"};
    if (const auto ready = keyThere(setup_); !ready) return ready;
    // A run that was opened lent the window its knobs; the next run has the person's own.
    const Knobs shown = knobs_;
    if (phase_ == Phase::Viewing && own_) knobs_ = *own_;
    const auto folder = newRunFolder(runsFolder_);
    if (!folder) {
        knobs_ = shown;
        return folder.error();
    }
    const QString before = std::exchange(file_, runFileIn(*folder));
    auto begun = begin(setup_, false);
    if (!begun) {
        removeFolder();
        file_ = before;
        knobs_ = shown;
    }
    return begun;
}

bool RunSession::resumeNeedsTarget() const {
    return phase_ == Phase::Viewing && overview_ && !overview_->info.simulated
        && (setup_.target.simulated || setup_.target.baseUrl != overview_->info.targetUrl);
}

Status RunSession::resume() {
    if (live()) return Error{"a run is going on already"};
    if (file_.isEmpty()) return Error{"there is no run to go on with: open its file first"};
    if (phase_ != Phase::Viewing) return begin(shownSetup(), true);
    if (resumeNeedsTarget()) return Error{"the run asked " + overview_->info.targetUrl + ": choose that target first, with its key"};
    if (!overview_->info.simulated)
        if (const auto ready = keyThere(setup_); !ready) return ready;
    auto setup = setupFromFile(setup_.target.simulated ? nullptr : &setup_.target);
    return setup ? begin(std::move(*setup), true) : Status(setup.error());
}

Status RunSession::resumeWith(const Target& target) {
    if (phase_ != Phase::Viewing || !overview_) return resume();
    if (target.simulated || target.baseUrl != overview_->info.targetUrl)
        return Error{"the run asked " + overview_->info.targetUrl + ", and goes on only there"};
    auto setup = setupFromFile(&target);
    return setup ? begin(std::move(*setup), true) : Status(setup.error());
}

/// The setup of the run that was opened. `lent`: a target of the same address, with its key and headers, which the file has not.
Result<RunSetup> RunSession::setupFromFile(const Target* lent) const {
    const RunInfo& info = overview_->info;
    auto workload = workloadOf(info);
    if (!workload) return workload.error();
    RunSetup setup = shownSetup();
    setup.workload = std::move(*workload);
    if (info.simulated) {
        auto simulated = simulated_();
        if (!simulated) return simulated.error();
        setup.target = std::move(*simulated);
    } else if (lent) {
        setup.target = *lent;
        setup.target.http = targetOf(info).http;
    }
    setup.target.model = info.model;
    return setup;
}

Status RunSession::begin(RunSetup setup, bool resume) {
    RunOptions options;
    options.target = setup.target;
    options.knobs = knobs_;
    options.workload = setup.workload;
    options.workload.model = setup.target.model;
    options.outputDir = QFileInfo(file_).path().toStdString();
    options.workload.spoolFile = options.outputDir + "/workload.spool";
    options.resume = resume;
    options.seed = setup.seed;
    if (const auto started = engine_->start(options); !started) return started.error();
    if (!resume) own_.reset();
    past_.reset();
    double start = 0;
    if (resume) {
        past_ = PastSessions{};
        // Run time goes on where the last session's window ended.
        start = overview_ && !overview_->segments.empty() ? overview_->segments.back().end : history_.end();
        if (overview_) {
            past_->answered = overview_->requests;
            past_->segments = overview_->segments;
        }
        if (const auto newest = history_.newest()) past_->counts = *newest;
    } else {
        ++run_;
        pauses_.clear();
        archive_.close();
        history_.clear();
    }
    ++generation_;
    archiveState_ = Archive::Closed;
    ran_ = std::move(setup);
    resumed_ = resume;
    toRunTime(start);
    total_.reset();
    stopAsked_ = false;
    nextCompare_ = 0;
    end_.reset();
    overview_.reset();
    shownTime_.reset();
    snapshot_.reset();
    last_.reset();
    setPhase(Phase::Starting);
    Q_EMIT knobsChanged();
    Q_EMIT historyReplaced();
    Q_EMIT overviewChanged();
    Q_EMIT baselineChanged();
    return okStatus();
}

void RunSession::setPaused(bool paused) {
    if (phase_ != Phase::Running && phase_ != Phase::Paused && phase_ != Phase::Starting) return;
    engine_->setPaused(paused);
    if (paused && phase_ == Phase::Running && snapshot_) pauses_.push_back(snapshot_->elapsedSeconds);
    if (phase_ != Phase::Starting) setPhase(paused ? Phase::Paused : Phase::Running);
}

void RunSession::stop() {
    if (!live()) return;
    engine_->stop(stopAsked_ ? Nanos{0} : Nanos{grace});
    stopAsked_ = true;
    setPhase(Phase::Stopping);
}

Status RunSession::apply(const Knobs& knobs) {
    if (phase_ == Phase::Viewing) return Error{"this is a finished run: its knobs cannot be turned any more"};
    if (live()) {
        if (const auto applied = engine_->apply(knobs); !applied) return applied;
    } else if (const auto problems = validate(knobs); !problems.empty()) {
        return Error{problems.front().knob + " " + problems.front().reason};
    }
    knobs_ = knobs;
    own_.reset(); // turned by the person: these are theirs now
    Q_EMIT knobsChanged();
    return okStatus();
}

void RunSession::watch(std::optional<RequestId> id) { engine_->watch(id); }

void RunSession::onSnapshot(std::shared_ptr<const Snapshot> snapshot) {
    last_ = snapshot;
    switch (snapshot->state) {
    case RunState::Running:
        if (phase_ == Phase::Starting) setPhase(Phase::Running);
        break;
    case RunState::Paused:
        if (phase_ == Phase::Starting) setPhase(Phase::Paused);
        break;
    case RunState::Draining: setPhase(Phase::Stopping); break;
    default: break;
    }
    if (snapshot->total > 0) total_ = snapshot->total + (past_ ? past_->answered : 0);
    if (past_) {
        snapshot = std::make_shared<const Snapshot>(onTheRunsAxis(*snapshot, *past_, start_));
    }
    if (last_->elapsedSeconds > 0)
        history_.add(past_ ? std::make_shared<const Snapshot>(inTheRunsSeries(*snapshot, *past_)) : snapshot);
    snapshot_ = std::move(snapshot);
    if (archiveState_ == Archive::Closed && !snapshot_->runId.empty() && last_->elapsedSeconds > 0) openLive();
    refreshBaseline();
    if (baseline_ && snapshot_->elapsedSeconds >= nextCompare_) {
        nextCompare_ = snapshot_->elapsedSeconds + std::max(compareInterval, compareShare * compareSeconds_);
        compareWithBaseline();
    }
    Q_EMIT snapshotChanged();
}

/// The session's place in the run. What the one before showed after its last record (a pause, the wait for a stop) is no run time.
void RunSession::toRunTime(double start) {
    start_ = start;
    if (start <= 0 || history_.end() <= start) return;
    std::vector<Snapshot> kept;
    for (const auto& entry : history_.entries(0, start, mostPoints)) kept.push_back(*entry);
    history_.load(std::move(kept));
}

/// The run file of the run that goes on, for its requests.
void RunSession::openLive() {
    archiveState_ = Archive::Opening;
    archive_.open(file_.toStdString(), [this, generation = generation_](Result<RunOverview> overview) {
        if (generation != generation_) return;
        // It may not be there yet: the next snapshot asks again.
        archiveState_ = overview ? Archive::Open : Archive::Closed;
        if (!overview) return;
        overview_ = std::move(*overview);
        if (baseline_) keepBaseline(runId(), *baseline_);
        Q_EMIT overviewChanged();
    });
}

void RunSession::onEnd(RunEnd end) {
    // Without a summary nothing was recorded; but a file that could not be written to its end stays.
    const bool kept = end.kind == RunEnd::Kind::Complete || end.kind == RunEnd::Kind::Failed || end.summary.has_value();
    end_ = std::move(end);
    if (!kept) return goBack();
    if (const auto words = endWords(*end_); !words.isEmpty()) Q_EMIT problem(words);
    overview_.reset(); // it was of the run while it went on
    setPhase(Phase::Ended);
    Q_EMIT ended();
    archive_.open(file_.toStdString(), [this, generation = generation_](Result<RunOverview> overview) {
        if (generation != generation_) return;
        if (!overview) {
            // Why the run broke was said, and is why its file cannot be read now (a full disk has no room for SQLite's index).
            if (end_->kind != RunEnd::Kind::Failed) Q_EMIT problem(text(overview.error().message));
            return;
        }
        archiveState_ = Archive::Open;
        overview_ = std::move(*overview);
        snapshot_ = finalSnapshot(*overview_, last_, total_);
        refreshBaseline();
        if (baseline_) keepBaseline(runId(), *baseline_);
        compareWithBaseline();
        Q_EMIT overviewChanged();
        Q_EMIT snapshotChanged();
    });
}

/// Nothing came of a start: the setup stands as before. A resume goes back to the run that was to go on.
void RunSession::goBack() {
    if (!resumed_) removeFolder();
    const QString file = std::exchange(file_, QString());
    ran_.reset();
    snapshot_.reset();
    last_.reset();
    past_.reset();
    total_.reset();
    history_.clear();
    phase_ = Phase::Ready;
    Q_EMIT historyReplaced();
    Q_EMIT phaseChanged();
    if (const auto words = endWords(*end_); !words.isEmpty()) Q_EMIT problem(words);
    Q_EMIT ended();
    if (!resumed_) return;
    (void)open(file);
    goingBack_ = true;
}

/// Of a run of which nothing was recorded: an empty folder alone. What somebody put there stays.
void RunSession::removeFolder() {
    const QFileInfo file(file_);
    if (!file.exists()) file.dir().rmdir(file.path());
}

} // namespace penstock::ui
