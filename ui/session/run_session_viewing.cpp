// A recorded run that is looked at: opened, moved through, left.
#include "ui/session/run_session.h"

#include "ui/session/final_snapshot.h"
#include "ui/session/run_setup_of.h"

#include <utility>

namespace penstock::ui {

namespace {

QString text(const std::string& s) { return QString::fromStdString(s); }

} // namespace

Status RunSession::open(const QString& path) {
    if (live()) return Error{"a run is going on: stop it before opening another"};
    archive_.open(path.toStdString(), [this, generation = generation_, opening = ++opening_](Result<RunOverview> overview) {
        if (generation != generation_ || opening != opening_) return;
        const bool back = std::exchange(goingBack_, false);
        if (!overview) return (void)Q_EMIT problem(text(overview.error().message)); // what is shown stays
        if (!back) end_.reset();
        show(std::move(*overview));
    });
    goingBack_ = false;
    return okStatus();
}

void RunSession::show(RunOverview overview) {
    ++generation_;
    ++run_;
    pauses_.clear();
    file_ = text(overview.path);
    archiveState_ = Archive::Open;
    overview_ = std::move(overview);
    const RunInfo& info = overview_->info;
    RunSetup setup;
    setup.target = targetOf(info);
    setup.targetName = info.simulated ? tr("Simulated endpoint") : text(info.targetUrl);
    setup.workload = toldWorkloadOf(info);
    setup.workloadName = text(info.workloadName);
    setup.seed = info.seed;
    ran_ = std::move(setup);
    last_.reset();
    past_.reset();
    total_ = overview_->workloadRequests;
    shownTime_.reset();
    if (!overview_->segments.empty()) {
        if (!own_) own_ = knobs_;
        knobs_ = overview_->segments.back().knobs;
    }
    snapshot_ = finalSnapshot(*overview_, nullptr, total_);
    history_.clear();
    restoreBaseline();
    phase_ = Phase::Viewing;
    Q_EMIT phaseChanged();
    Q_EMIT knobsChanged();
    Q_EMIT historyReplaced();
    Q_EMIT overviewChanged();
    Q_EMIT baselineChanged();
    Q_EMIT snapshotChanged();
    Q_EMIT opened();
    loadSeries();
    compareWithBaseline();
}

void RunSession::loadSeries() {
    archive_.samples(mostPoints, [this, run = run_](Result<std::vector<Snapshot>> series) {
        if (run != run_) return;
        if (!series) return (void)Q_EMIT problem(text(series.error().message));
        joinSeries(std::move(*series));
    });
}

/// The run may have been resumed before its series was there: what the new session showed comes behind it.
void RunSession::joinSeries(std::vector<Snapshot> series) {
    const auto own = past_ ? history_.entries(0, history_.end(), mostPoints) : std::vector<SnapshotHistory::Entry>{};
    if (past_ && start_ > 0) std::erase_if(series, [this](const Snapshot& s) { return s.elapsedSeconds > start_; });
    if (past_ && !series.empty()) past_->counts = series.back();
    history_.load(std::move(series));
    for (const auto& entry : own) history_.add(std::make_shared<const Snapshot>(inTheRunsSeries(*entry, *past_)));
    Q_EMIT historyReplaced();
}

Status RunSession::newRun() {
    if (live()) return Error{"a run is going on: stop it first"};
    ++generation_;
    ++run_;
    pauses_.clear();
    archive_.close();
    archiveState_ = Archive::Closed;
    file_.clear();
    ran_.reset();
    overview_.reset();
    end_.reset();
    snapshot_.reset();
    last_.reset();
    past_.reset();
    total_.reset();
    shownTime_.reset();
    history_.clear();
    if (own_) knobs_ = *std::exchange(own_, std::nullopt);
    setPhase(Phase::Ready);
    Q_EMIT knobsChanged();
    Q_EMIT historyReplaced();
    Q_EMIT overviewChanged();
    Q_EMIT baselineChanged();
    Q_EMIT snapshotChanged();
    return okStatus();
}

void RunSession::showTime(std::optional<double> seconds) {
    if (phase_ != Phase::Viewing && phase_ != Phase::Ended) return;
    shownTime_ = seconds;
    if (!seconds) {
        if (overview_) snapshot_ = finalSnapshot(*overview_, last_, total_);
    } else if (const auto then = history_.at(*seconds)) {
        auto moment = *then;
        moment.segments = nullptr; // those of the end, where it has any
        snapshot_ = std::make_shared<const Snapshot>(std::move(moment));
    } else if (snapshot_) {
        // Before the first record of the series: nothing has ended yet.
        Snapshot nothing;
        nothing.state = snapshot_->state;
        nothing.runId = snapshot_->runId;
        nothing.simulated = snapshot_->simulated;
        nothing.currency = snapshot_->currency;
        nothing.elapsedSeconds = *seconds;
        if (const auto first = segments(); first && !first->empty()) {
            nothing.cap = first->front().knobs.maxConcurrency;
            nothing.queueCapacity = first->front().knobs.queueCapacity;
        }
        snapshot_ = std::make_shared<const Snapshot>(std::move(nothing));
    }
    Q_EMIT snapshotChanged();
}

std::shared_ptr<const std::vector<SegmentFigures>> RunSession::segments() const {
    if (live() || !overview_) return snapshot_ ? snapshot_->segments : nullptr;
    if (!shownTime_) return std::make_shared<const std::vector<SegmentFigures>>(overview_->segments);
    std::vector<SegmentFigures> then;
    for (const auto& figures : overview_->segments) {
        if (figures.start > *shownTime_ && !then.empty()) break;
        if (figures.end <= *shownTime_) {
            then.push_back(figures);
            continue;
        }
        SegmentFigures underWay;
        underWay.number = figures.number;
        underWay.knobs = figures.knobs;
        underWay.change = figures.change;
        underWay.start = figures.start;
        underWay.end = *shownTime_;
        then.push_back(std::move(underWay));
    }
    return std::make_shared<const std::vector<SegmentFigures>>(std::move(then));
}

} // namespace penstock::ui
