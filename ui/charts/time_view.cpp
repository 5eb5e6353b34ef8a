#include "ui/charts/time_view.h"

#include <algorithm>

namespace penstock::ui {

namespace {
constexpr double leastSpan = 30; // a run that has just begun is not stretched over the whole width
}

double TimeView::seconds(Range range) {
    switch (range) {
    case Range::HalfMinute: return 30;
    case Range::FiveMinutes: return 300;
    case Range::WholeRun: break;
    }
    return 0;
}

double TimeView::to() const {
    if (!following_) return frozenTo_;
    return range_ == Range::WholeRun ? std::max(end_, start_ + leastSpan) : end_;
}

double TimeView::span() const {
    if (range_ != Range::WholeRun) return seconds(range_);
    return following_ ? std::max(leastSpan, end_ - start_) : frozenSpan_;
}

void TimeView::setRun(double start, double end) {
    if (start == start_ && end == end_) return;
    const bool another = end < end_ || start < start_;
    start_ = start;
    end_ = std::max(start, end);
    if (another) { // another run: what was frozen is gone
        following_ = true;
        if (crosshair_) setCrosshair(std::nullopt);
    }
    Q_EMIT changed(); // frozen, the scroll bar still grows
}

void TimeView::setRange(Range range) {
    if (range == range_) return;
    // What is looked at stays in the middle.
    const double middle = (from() + to()) / 2;
    const bool wasWhole = range_ == Range::WholeRun;
    range_ = range;
    if (range == Range::WholeRun) {
        frozenSpan_ = std::max(leastSpan, end_ - start_);
        frozenTo_ = start_ + frozenSpan_;
    } else if (!following_) {
        frozenTo_ = std::clamp(wasWhole && crosshair_ ? *crosshair_ + span() / 2 : middle + span() / 2,
                               std::min(end_, start_ + span()), end_);
    }
    Q_EMIT changed();
}

void TimeView::zoomIn() {
    if (range_ == Range::WholeRun) setRange(Range::FiveMinutes);
    else setRange(Range::HalfMinute);
}

void TimeView::zoomOut() {
    if (range_ == Range::HalfMinute) setRange(Range::FiveMinutes);
    else setRange(Range::WholeRun);
}

void TimeView::setFollowing(bool following) {
    if (following == following_) return;
    const double to = this->to(), span = this->span();
    following_ = following;
    frozenTo_ = to;
    frozenSpan_ = span;
    Q_EMIT changed();
}

void TimeView::scrollBy(double seconds, bool holding) { scrollTo(to() + seconds, holding); }

void TimeView::scrollTo(double to, bool holding) {
    if (range_ == Range::WholeRun) return; // all of it is in view
    const double earliest = std::min(end_, start_ + span());
    to = std::clamp(to, earliest, end_);
    const bool follow = to >= end_ && !holding;
    if (follow == following_ && to == this->to()) return;
    following_ = follow;
    frozenTo_ = to;
    Q_EMIT changed();
}

void TimeView::toStart() { scrollTo(start_ + span()); }

void TimeView::setCrosshair(std::optional<double> time) {
    if (time == crosshair_) return;
    crosshair_ = time;
    Q_EMIT crosshairMoved();
}

void TimeView::setShownTime(std::optional<double> time) {
    if (time == shownTime_) return;
    shownTime_ = time;
    Q_EMIT crosshairMoved();
}

void TimeView::moveCrosshair(double seconds) {
    const double time = std::clamp(crosshair_.value_or(to()) + seconds, start_, std::max(start_, end_));
    if (time < from()) scrollTo(time + span());
    else if (time > to()) scrollTo(time);
    setCrosshair(time);
}

} // namespace penstock::ui
