#pragma once

#include "engine/base/snapshot.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace penstock::ui {

/// Every snapshot of the last hour, and a thinned memory of all before it, so that an eight-hour run costs as much as one of
/// two hours. The one place where the console keeps snapshots: charts, sparklines and the time slider read from it.
///
/// Times are seconds of run time (Snapshot::elapsedSeconds). Level 0 holds the snapshots as they came (ten a second); each
/// level above covers ten times the time with as many entries, keeping of each ten the one with the least and the one with
/// the largest in_flight and the newest, so that no drop and no spike disappears. GUI thread.
class SnapshotHistory {
public:
    using Entry = std::shared_ptr<const Snapshot>;
    /// What a chart draws of a snapshot; nullopt: nothing at that time.
    using Value = std::function<std::optional<double>(const Snapshot&)>;

    struct Point {
        double time = 0;
        std::optional<double> value; ///< nullopt: the line is broken here
    };

    /// In the order of time. One that is older than the newest is left out.
    void add(Entry snapshot);
    /// A finished run's series in place of everything.
    void load(std::vector<Snapshot> series);
    void clear();

    bool empty() const;
    double start() const; ///< 0 when empty
    double end() const;
    Entry newest() const;        ///< null when empty
    Entry at(double time) const; ///< the newest not after `time`; null before the first
    std::size_t size() const;    ///< entries held: bounded

    /// `value` between two times in at most 2 x `columns` points: of each column of the range its least and its largest.
    /// The nearest entries outside are included, so that a line reaches the edges.
    std::vector<Point> points(const Value& value, double from, double to, int columns) const;
    /// How much a counter grew in each of `bars` equal stretches of the range.
    std::vector<Point> growth(const Value& counter, double from, double to, int bars) const;
};

} // namespace penstock::ui
