#pragma once

#include "engine/base/snapshot.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace penstock::ui {

/// Every snapshot of the last hour, and a thinned memory of all before it, so that an eight-hour run costs as much as one of
/// two hours. The one place where the console keeps snapshots: charts, sparklines and the time slider read from it.
///
/// Times are seconds of run time (Snapshot::elapsedSeconds). Level 0 holds the snapshots as they came (ten a second, an
/// hour of them); each level above covers ten times the stretch with as many entries or fewer: of each ten stretches of the
/// level below it keeps the least and the largest in_flight, the least and the largest queue depth, and the newest. So no
/// drop and no spike of the two gauges disappears; everything else in a snapshot is a counter or slides over ten seconds.
///
/// Only the newest entry keeps its lists (segments, active, watched): an hour of them would be hundreds of MB. GUI thread.
class SnapshotHistory {
public:
    using Entry = std::shared_ptr<const Snapshot>;
    /// What a chart draws of a snapshot; nullopt: nothing at that time.
    using Value = std::function<std::optional<double>(const Snapshot&)>;

    struct Point {
        double time = 0;
        std::optional<double> value; ///< nullopt: the line is broken here
    };

    /// In the order of time. One that is older than the newest is left out; one of the same time takes its place.
    void add(Entry snapshot);
    /// A finished run's series in place of everything.
    void load(std::vector<Snapshot> series);
    void clear();

    bool empty() const { return levels_[0].items.empty(); }
    double start() const; ///< 0 when empty
    double end() const;
    Entry newest() const;        ///< null when empty
    Entry at(double time) const; ///< the newest not after `time`; null before the first
    std::size_t size() const;    ///< entries held, those of the levels above counted too: bounded
    /// Changes with every add(), load() and clear(): whoever drew that state has nothing new to draw.
    std::uint64_t revision() const { return revision_; }

    /// `value` between two times in at most 2 x (`columns` + 1) points: of each column of the range its least and its
    /// largest. The columns lie on multiples of their width, so that a moving range does not make a resting line flicker.
    /// The nearest entries outside are included, so that a line reaches the edges.
    std::vector<Point> points(const Value& value, double from, double to, int columns) const;
    /// How much a counter grew in each of `bars` equal stretches of the range; the time of a point is the middle of its
    /// stretch. A counter is 0 before the first entry. nullopt for a stretch that the run had not reached.
    std::vector<Point> growth(const Value& counter, double from, double to, int bars) const;
    /// The entries from `from` to `to`, oldest first, of the finest level that has at most `most` of them.
    std::vector<Entry> entries(double from, double to, std::size_t most) const;

private:
    struct Item {
        double time = 0;
        Entry snapshot;
    };
    using Items = std::deque<Item>;
    struct Level {
        Items items;
        // What the level below has closed and this one has not yet thinned.
        Items pending;
        int stretches = 0;
    };
    using Run = std::pair<Items::const_iterator, Items::const_iterator>;
    static constexpr std::size_t levelCount = 5; ///< the last one covers months

    void close(std::size_t level, const Items& stretch);
    std::vector<Run> runs(std::size_t level, double from, double to) const;
    std::size_t levelFor(double from, double to, std::size_t most) const;

    std::array<Level, levelCount> levels_;
    std::uint64_t revision_ = 0;
};

} // namespace penstock::ui
