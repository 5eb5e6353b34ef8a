#include "ui/history/snapshot_history.h"

#include <algorithm>
#include <cmath>

namespace penstock::ui {

namespace {

constexpr std::size_t levelCapacity = 36'000; // an hour at ten a second
constexpr int stretchesOfALevel = 10;
// points() reads at most about so many entries: a value costs some nanoseconds and a cache miss.
constexpr std::size_t readAtOnce = 12'000;

std::shared_ptr<const Snapshot> withoutLists(const std::shared_ptr<const Snapshot>& entry) {
    if (!entry->segments && !entry->active && !entry->watched) return entry;
    auto copy = std::make_shared<Snapshot>(*entry);
    copy->segments.reset();
    copy->active.reset();
    copy->watched.reset();
    return copy;
}

constexpr auto byTime = [](const auto& item, double time) { return item.time < time; };

} // namespace

void SnapshotHistory::add(Entry snapshot) {
    if (!snapshot || !std::isfinite(snapshot->elapsedSeconds)) return;
    const double time = snapshot->elapsedSeconds;
    auto& items = levels_[0].items;
    if (!items.empty()) {
        if (time < items.back().time) return;
        if (time == items.back().time) {
            items.back().snapshot = std::move(snapshot);
            ++revision_;
            return;
        }
        // Only now is it sure that nothing takes its place.
        items.back().snapshot = withoutLists(items.back().snapshot);
        close(1, Items{items.back()});
    }
    items.push_back({time, std::move(snapshot)});
    if (items.size() > levelCapacity) items.pop_front();
    ++revision_;
}

/// A stretch of the level below is whole.
void SnapshotHistory::close(std::size_t level, const Items& stretch) {
    if (level == levelCount) return;
    auto& here = levels_[level];
    here.pending.insert(here.pending.end(), stretch.begin(), stretch.end());
    if (++here.stretches < stretchesOfALevel) return;

    const auto& all = here.pending;
    const auto [leastInFlight, mostInFlight] = std::minmax_element(all.begin(), all.end(), [](auto& a, auto& b) {
        return a.snapshot->inFlight < b.snapshot->inFlight;
    });
    const auto [leastQueued, mostQueued] = std::minmax_element(all.begin(), all.end(), [](auto& a, auto& b) {
        return a.snapshot->queueDepth < b.snapshot->queueDepth;
    });
    std::array keep{leastInFlight, mostInFlight, leastQueued, mostQueued, std::prev(all.end())};
    std::sort(keep.begin(), keep.end());
    Items thinned;
    for (auto at = keep.begin(), end = std::unique(keep.begin(), keep.end()); at != end; ++at) thinned.push_back(**at);

    here.pending.clear();
    here.stretches = 0;
    here.items.insert(here.items.end(), thinned.begin(), thinned.end());
    while (here.items.size() > levelCapacity) here.items.pop_front();
    close(level + 1, thinned);
}

void SnapshotHistory::load(std::vector<Snapshot> series) {
    clear();
    for (auto& snapshot : series) add(std::make_shared<Snapshot>(std::move(snapshot)));
}

void SnapshotHistory::clear() {
    levels_ = {};
    ++revision_;
}

double SnapshotHistory::start() const {
    // A thinned level begins with the extreme of its first stretch, which may be later than what a finer one still holds.
    std::optional<double> first;
    for (const auto& level : levels_)
        if (!level.items.empty()) first = std::min(first.value_or(level.items.front().time), level.items.front().time);
    return first.value_or(0);
}

double SnapshotHistory::end() const { return empty() ? 0 : levels_[0].items.back().time; }

SnapshotHistory::Entry SnapshotHistory::newest() const { return empty() ? nullptr : levels_[0].items.back().snapshot; }

SnapshotHistory::Entry SnapshotHistory::at(double time) const {
    for (const auto& level : levels_) {
        if (level.items.empty() || time < level.items.front().time) continue;
        const auto after = std::upper_bound(level.items.begin(), level.items.end(), time,
                                            [](double t, const Item& item) { return t < item.time; });
        return std::prev(after)->snapshot;
    }
    return nullptr;
}

std::size_t SnapshotHistory::size() const {
    std::size_t n = 0;
    for (const auto& level : levels_) n += level.items.size() + level.pending.size();
    return n;
}

/// The entries of a level in the order of time, with coarser ones where it does not reach back far enough and with the finer
/// ones that it has not thinned yet. Each run is cut to the range; the nearest entries outside are kept.
std::vector<SnapshotHistory::Run> SnapshotHistory::runs(std::size_t level, double from, double to) const {
    std::vector<Run> whole;
    for (std::size_t above = levelCount - 1; above > level; --above) {
        const auto& below = levels_[above - 1].items;
        if (below.empty()) continue;
        const auto& items = levels_[above].items;
        whole.emplace_back(items.begin(), std::lower_bound(items.begin(), items.end(), below.front().time, byTime));
    }
    whole.emplace_back(levels_[level].items.begin(), levels_[level].items.end());
    if (level > 0) {
        for (std::size_t below = level; below > 0; --below)
            whole.emplace_back(levels_[below].pending.begin(), levels_[below].pending.end());
        if (!empty()) whole.emplace_back(std::prev(levels_[0].items.end()), levels_[0].items.end());
    }

    std::vector<Run> cut;
    std::optional<Run> before; // the last entry before the range
    for (const auto& [begin, end] : whole) {
        const auto first = std::lower_bound(begin, end, from, byTime);
        if (first != begin) before = Run{std::prev(first), first};
        if (first == end) continue;
        auto last = std::upper_bound(first, end, to, [](double t, const Item& item) { return t < item.time; });
        const bool beyond = last != end;
        if (beyond) ++last;
        if (before) cut.push_back(*std::exchange(before, std::nullopt));
        cut.emplace_back(first, last);
        if (beyond) return cut;
    }
    if (before) cut.push_back(*before);
    return cut;
}

std::size_t SnapshotHistory::levelFor(double from, double to, std::size_t most) const {
    for (std::size_t level = 0; level + 1 < levelCount; ++level) {
        std::size_t n = 0;
        for (const auto& [begin, end] : runs(level, from, to)) n += static_cast<std::size_t>(end - begin);
        if (n <= most) return level;
    }
    return levelCount - 1;
}

std::vector<SnapshotHistory::Point> SnapshotHistory::points(const Value& value, double from, double to, int columns) const {
    std::vector<Point> out;
    if (empty() || !(to > from) || columns < 1) return out;
    const double width = (to - from) / columns;
    const auto columnOf = [&](double time) { return static_cast<std::int64_t>(std::floor(time / width)); };

    // Of one column: where nothing had a value a break stands for all of it.
    std::optional<Point> least, largest;
    bool open = false; // a column has begun
    std::int64_t column = 0;
    double breakAt = 0;
    const auto flush = [&] {
        if (!open) return;
        if (!least) {
            if (out.empty() || out.back().value) out.push_back({breakAt, std::nullopt});
        } else if (least->time == largest->time) {
            out.push_back(*least);
        } else {
            const bool rising = least->time < largest->time;
            out.push_back(rising ? *least : *largest);
            out.push_back(rising ? *largest : *least);
        }
        least.reset();
        largest.reset();
        open = false;
    };

    for (const auto& [begin, end] : runs(levelFor(from, to, readAtOnce), from, to)) {
        for (auto item = begin; item != end; ++item) {
            const bool outside = item->time < from || item->time > to;
            const auto here = columnOf(item->time);
            if (outside || column != here) flush();
            column = here;
            open = true;
            breakAt = item->time;
            auto v = value(*item->snapshot);
            if (v && !std::isfinite(*v)) v.reset();
            if (v && (!least || *v < *least->value)) least = {item->time, v};
            if (v && (!largest || *v >= *largest->value)) largest = {item->time, v};
            if (outside) flush();
        }
    }
    flush();
    return out;
}

std::vector<SnapshotHistory::Point> SnapshotHistory::growth(const Value& counter, double from, double to, int bars) const {
    std::vector<Point> out;
    if (empty() || !(to > from) || bars < 1) return out;
    const double width = (to - from) / bars;
    const auto countAt = [&](double time) -> std::optional<double> {
        const auto entry = at(time);
        return entry ? counter(*entry) : 0.0;
    };
    auto before = countAt(from);
    for (int bar = 0; bar < bars; ++bar) {
        const double left = from + bar * width;
        const auto after = countAt(from + (bar + 1) * width);
        Point point{left + width / 2, std::nullopt};
        const bool reached = left < end() && left + width >= start();
        if (reached && before && after) point.value = std::max(0.0, *after - *before);
        out.push_back(point);
        before = after;
    }
    return out;
}

std::vector<SnapshotHistory::Entry> SnapshotHistory::entries(double from, double to, std::size_t most) const {
    std::vector<Entry> out;
    if (empty() || !(to >= from)) return out;
    for (const auto& [begin, end] : runs(levelFor(from, to, most), from, to))
        for (auto item = begin; item != end; ++item)
            if (item->time >= from && item->time <= to) out.push_back(item->snapshot);
    return out;
}

} // namespace penstock::ui
