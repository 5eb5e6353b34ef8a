// What is pinned, and what is held against it.
#include "ui/session/run_session.h"

#include <chrono>

namespace penstock::ui {

QString RunSession::baselineName() const { return baseline_ ? ui::baselineName(*baseline_, runId()) : QString(); }

std::optional<std::uint32_t> RunSession::pinnedHere() const {
    if (!baseline_ || baseline_->runId.empty() || baseline_->runId != runId()) return std::nullopt;
    return baseline_->side.segment;
}

const SegmentFigures* RunSession::segment(std::uint32_t number) const {
    const auto find = [&](const std::vector<SegmentFigures>& in) -> const SegmentFigures* {
        for (const auto& figures : in)
            if (figures.number == number) return &figures;
        return nullptr;
    };
    if (live() && snapshot_ && snapshot_->segments) return find(*snapshot_->segments);
    if (overview_)
        if (const auto* found = find(overview_->segments)) return found;
    return snapshot_ && snapshot_->segments ? find(*snapshot_->segments) : nullptr;
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
    baseline_ = Baseline{{file_.toStdString(), number}, runId(), *figures};
    ++baselines_;
    keepBaseline(runId(), *baseline_);
    nextCompare_ = 0;
    Q_EMIT baselineChanged();
    // The record of the baseline before this one is no answer any more.
    setRecord(std::nullopt, tr("The baseline was changed: the comparison is on its way."));
    compareWithBaseline();
    return okStatus();
}

void RunSession::unpin() {
    forgetBaseline(runId());
    baseline_.reset();
    ++baselines_;
    Q_EMIT baselineChanged();
    setRecord(std::nullopt);
}

/// What was pinned when this run was shown before, unless something is pinned now.
void RunSession::restoreBaseline() {
    if (!baseline_) {
        baseline_ = keptBaseline(runId());
        ++baselines_;
        if (!baseline_) return;
    }
    if (!pinnedHere()) return;
    baseline_->side.path = file_.toStdString(); // it may have been moved
    const auto* figures = segment(baseline_->side.segment);
    if (figures) baseline_->figures = *figures;
    else baseline_.reset();
}

/// A setting that is pinned while it is in force goes on being measured.
void RunSession::refreshBaseline() {
    const auto number = pinnedHere();
    if (!number) return;
    const auto* now = segment(*number);
    if (!now) return;
    auto& known = baseline_->figures;
    if (now->successes == known.successes && now->failures == known.failures && now->windowSeconds == known.windowSeconds && now->attempts == known.attempts)
        return;
    known = *now;
    Q_EMIT baselineFiguresChanged();
}

std::optional<RunArchive::Against> RunSession::against() const {
    if (!baseline_ || archiveState_ != Archive::Open) return std::nullopt;
    std::uint32_t present = snapshot_ ? snapshot_->segment : 0;
    if (!live() && overview_ && !overview_->segments.empty()) present = overview_->segments.back().number;
    if (pinnedHere() == present) return std::nullopt;
    return RunArchive::Against{baseline_->side, present};
}

void RunSession::compareWithBaseline() {
    if (!baseline_ || archiveState_ != Archive::Open) return;
    const auto held = against();
    if (!held) return setRecord(std::nullopt, tr("The present setting is the baseline itself: turn a knob, and the two settings are compared here."));
    archive_.compareAnew(held->baseline, {file_.toStdString(), held->segment},
                         [this, generation = generation_, baseline = baselines_, asked = std::chrono::steady_clock::now()](Result<ResultRecord> record) {
        compareSeconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - asked).count();
        if (generation != generation_ || baseline != baselines_ || !baseline_) return;
        if (record && !record->rows.empty()) return setRecord(std::move(*record));
        setRecord(std::nullopt, record ? tr("There is nothing to compare yet.") : QString::fromStdString(record.error().message));
    });
}

void RunSession::setRecord(std::optional<ResultRecord> record, const QString& why) {
    record_ = std::move(record);
    if (record_) Q_EMIT recordChanged(*record_);
    else Q_EMIT recordMissing(why);
}

void RunSession::compare(const RunArchive::Side& baseline, const RunArchive::Side& controlled) {
    archive_.compare(baseline, controlled, [this](Result<ResultRecord> record) {
        if (record) return setRecord(std::move(*record));
        setRecord(std::nullopt, QString::fromStdString(record.error().message));
        Q_EMIT problem(QString::fromStdString(record.error().message));
    });
}

} // namespace penstock::ui
