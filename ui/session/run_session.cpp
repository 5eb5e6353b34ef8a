#include "ui/session/run_session.h"

#include "ui/session/end_words.h"
#include "ui/session/final_snapshot.h"
#include "ui/session/run_places.h"
#include "ui/session/run_setup_of.h"

#include "engine/base/knobs_json.h"

#include <QFileInfo>

#include <algorithm>
#include <chrono>

namespace penstock::ui {

namespace {

constexpr std::size_t seriesPoints = 36'000;   // an hour at ten a second, as the history keeps it
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
    if (end_ && end_->kind != RunEnd::Kind::Complete) return true;
    return overview_ && !overview_->complete && !overview_->live;
}

bool RunSession::live() const {
    return phase_ == Phase::Starting || phase_ == Phase::Running || phase_ == Phase::Paused || phase_ == Phase::Stopping;
}

bool RunSession::simulated() const { return phase_ == Phase::Viewing && overview_ ? overview_->info.simulated : setup_.target.simulated; }

void RunSession::setPhase(Phase phase) {
    if (phase_ == phase) return;
    phase_ = phase;
    Q_EMIT phaseChanged();
}

Status RunSession::setSetup(RunSetup setup) {
    if (live()) return Error{"a run is going on: stop it first"};
    setupUsed_ = setupUsed_ && setup.target.baseUrl == setup_.target.baseUrl && setup.target.http == setup_.target.http;
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
Status RunSession::keyThere() const {
    if (!setup_.keyAwaited) return okStatus();
    return Error{tr("The key of %1 has not come from the keychain yet: wait for it, or set it under Run > Target.").arg(setup_.targetName).toStdString()};
}

Status RunSession::start() {
    if (live()) return Error{"a run is going on already"};
    if (const auto ready = keyThere(); !ready) return ready;
    const auto folder = newRunFolder(runsFolder_);
    if (!folder) return folder.error();
    file_ = runFileIn(*folder);
    return begin(false);
}

Status RunSession::resume() {
    if (live()) return Error{"a run is going on already"};
    if (file_.isEmpty()) return Error{"there is no run to go on with: open its file first"};
    if (phase_ == Phase::Viewing) {
        if (auto ready = setUpFromFile(); !ready) return ready;
    }
    return begin(true);
}

/// The setup of the run that was opened. A target of ours with the same address lends its key and headers, which the file has not.
Status RunSession::setUpFromFile() {
    const RunInfo& info = overview_->info;
    auto workload = workloadOf(info);
    if (!workload) return workload.error();
    RunSetup setup = setup_;
    setup.workload = std::move(*workload);
    setup.workloadName = text(info.workloadName);
    setup.seed = info.seed;
    if (info.simulated) {
        auto simulated = simulated_();
        if (!simulated) return simulated.error();
        setup.target = std::move(*simulated);
        setup.target.model = info.model;
        setup.keyAwaited = false;
        setup.targetName = tr("Simulated endpoint");
    } else if (setup.target.simulated || setup.target.baseUrl != info.targetUrl) {
        setup.target = targetOf(info);
        setup.keyAwaited = false;
        setup.targetName = text(info.targetUrl);
    }
    return setSetup(std::move(setup));
}

Status RunSession::begin(bool resume) {
    if (const auto ready = keyThere(); !ready) return ready;
    RunOptions options;
    options.target = setup_.target;
    options.knobs = knobs_;
    options.workload = setup_.workload;
    options.workload.model = setup_.target.model;
    options.outputDir = QFileInfo(file_).path().toStdString();
    options.workload.spoolFile = options.outputDir + "/workload.spool";
    options.resume = resume;
    options.seed = setup_.seed;
    archive_.close();
    if (const auto started = engine_->start(options); !started) return started.error();
    ++generation_;
    archiveState_ = Archive::Closed;
    stopAsked_ = false;
    setupUsed_ = true;
    resuming_ = resume;
    nextCompare_ = 0;
    end_.reset();
    overview_.reset();
    shownTime_.reset();
    snapshot_.reset();
    last_.reset();
    history_.clear();
    Q_EMIT historyReplaced();
    Q_EMIT overviewChanged();
    setPhase(Phase::Starting);
    return okStatus();
}

void RunSession::setPaused(bool paused) {
    if (phase_ != Phase::Running && phase_ != Phase::Paused && phase_ != Phase::Starting) return;
    engine_->setPaused(paused);
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
    if (snapshot->elapsedSeconds > 0) history_.add(snapshot);
    snapshot_ = std::move(snapshot);
    if (archiveState_ == Archive::Closed && !snapshot_->runId.empty() && snapshot_->elapsedSeconds > 0) openLive();
    if (baseline_ && snapshot_->elapsedSeconds >= nextCompare_) {
        nextCompare_ = snapshot_->elapsedSeconds + std::max(compareInterval, compareShare * compareSeconds_);
        compareWithBaseline();
    }
    Q_EMIT snapshotChanged();
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
        Q_EMIT overviewChanged();
    });
}

void RunSession::onEnd(RunEnd end) {
    // A file that was there before stays, whatever came of going on with it; so does one that could not be written to its end.
    const bool kept = end.kind == RunEnd::Kind::Complete || end.kind == RunEnd::Kind::Failed || end.summary.has_value() || resuming_;
    end_ = std::move(end);
    if (const auto words = endWords(*end_); !words.isEmpty()) Q_EMIT problem(words);
    if (!kept) {
        file_.clear();
        setPhase(Phase::Ready);
        Q_EMIT ended();
        return;
    }
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
        snapshot_ = finalSnapshot(*overview_, last_);
        compareWithBaseline();
        Q_EMIT overviewChanged();
        Q_EMIT snapshotChanged();
    });
}

Status RunSession::open(const QString& path) {
    if (live()) return Error{"a run is going on: stop it before opening another"};
    const auto generation = ++generation_;
    archive_.open(path.toStdString(), [this, generation, path](Result<RunOverview> overview) {
        if (generation != generation_) return;
        if (!overview) return (void)Q_EMIT problem(text(overview.error().message));
        file_ = text(overview->path);
        archiveState_ = Archive::Open;
        overview_ = std::move(*overview);
        end_.reset();
        last_.reset();
        shownTime_.reset();
        if (!overview_->segments.empty()) {
            knobs_ = overview_->segments.back().knobs;
            Q_EMIT knobsChanged();
        }
        snapshot_ = finalSnapshot(*overview_, nullptr);
        history_.clear();
        phase_ = Phase::Viewing;
        Q_EMIT phaseChanged();
        Q_EMIT historyReplaced();
        Q_EMIT overviewChanged();
        Q_EMIT snapshotChanged();
        Q_EMIT opened();
        loadSeries();
        compareWithBaseline();
    });
    return okStatus();
}

void RunSession::loadSeries() {
    archive_.samples(seriesPoints, [this, generation = generation_](Result<std::vector<Snapshot>> series) {
        if (generation != generation_) return;
        if (!series) return (void)Q_EMIT problem(text(series.error().message));
        history_.load(std::move(*series));
        Q_EMIT historyReplaced();
    });
}

Status RunSession::newRun() {
    if (live()) return Error{"a run is going on: stop it first"};
    ++generation_;
    archive_.close();
    archiveState_ = Archive::Closed;
    file_.clear();
    overview_.reset();
    end_.reset();
    snapshot_.reset();
    last_.reset();
    shownTime_.reset();
    history_.clear();
    setPhase(Phase::Ready);
    Q_EMIT historyReplaced();
    Q_EMIT overviewChanged();
    Q_EMIT snapshotChanged();
    return okStatus();
}

const SegmentFigures* RunSession::segment(std::uint32_t number) const {
    const auto find = [&](const std::vector<SegmentFigures>& in) -> const SegmentFigures* {
        for (const auto& figures : in)
            if (figures.number == number) return &figures;
        return nullptr;
    };
    if (snapshot_ && snapshot_->segments)
        if (const auto* found = find(*snapshot_->segments)) return found;
    return overview_ ? find(overview_->segments) : nullptr;
}

Status RunSession::pin() {
    if (snapshot_ && snapshot_->segments && !snapshot_->segments->empty()) return pin(snapshot_->segments->back().number);
    if (overview_ && !overview_->segments.empty()) return pin(overview_->segments.back().number);
    return Error{"there is nothing to pin yet: start a run first"};
}

Status RunSession::pin(std::uint32_t number) {
    const auto* figures = segment(number);
    if (!figures) return Error{"this run has no setting " + std::to_string(number)};
    if (!figures->costPerSuccess && figures->successes == 0)
        return Error{"this setting has no success yet, so there is nothing to hold others against: wait for the first"};
    baseline_ = Baseline{{file_.toStdString(), number}, tr("cap %1, setting %2").arg(figures->knobs.maxConcurrency).arg(number), *figures};
    nextCompare_ = 0;
    Q_EMIT baselineChanged();
    compareWithBaseline();
    return okStatus();
}

void RunSession::unpin() {
    baseline_.reset();
    Q_EMIT baselineChanged();
    setRecord(std::nullopt);
}

std::optional<RunArchive::Against> RunSession::against() const {
    if (!baseline_ || archiveState_ != Archive::Open) return std::nullopt;
    std::uint32_t present = snapshot_ ? snapshot_->segment : 0;
    if (!live() && overview_ && !overview_->segments.empty()) present = overview_->segments.back().number;
    if (baseline_->side.path == file_.toStdString() && baseline_->side.segment == present) return std::nullopt;
    return RunArchive::Against{baseline_->side, present};
}

void RunSession::compareWithBaseline() {
    const auto held = against();
    if (!held) return;
    archive_.compareAnew(held->baseline, {file_.toStdString(), held->segment},
                         [this, generation = generation_, asked = std::chrono::steady_clock::now()](Result<ResultRecord> record) {
        compareSeconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - asked).count();
        if (generation != generation_ || !baseline_) return;
        if (record) setRecord(std::move(*record));
    });
}

void RunSession::setRecord(std::optional<ResultRecord> record) {
    record_ = std::move(record);
    Q_EMIT recordChanged(record_.value_or(ResultRecord{}));
}

void RunSession::compare(const RunArchive::Side& baseline, const RunArchive::Side& controlled) {
    archive_.compare(baseline, controlled, [this](Result<ResultRecord> record) {
        if (record) setRecord(std::move(*record));
        else Q_EMIT problem(text(record.error().message));
    });
}

void RunSession::showTime(std::optional<double> seconds) {
    if (phase_ != Phase::Viewing && phase_ != Phase::Ended) return;
    shownTime_ = seconds;
    if (seconds) {
        if (const auto then = history_.at(*seconds)) snapshot_ = then;
    } else if (overview_) {
        snapshot_ = finalSnapshot(*overview_, last_);
    }
    Q_EMIT snapshotChanged();
}

} // namespace penstock::ui
