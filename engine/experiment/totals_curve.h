#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace penstock {

/// Running totals of a run, known at some moments, wanted at others: at the edges of blocks of time.
class TotalsCurve {
public:
    struct Point {
        std::int64_t at = 0;
        double gapSeconds = 0;
        double connections = 0;
    };

    /// `edges` ascending.
    explicit TotalsCurve(std::vector<std::int64_t> edges);

    /// A moment at which the totals were `point`; in any order.
    void add(const Point& point);

    /// The totals at each edge: exact where a moment fell on it; between two moments the gap grows evenly and the connections
    /// are those of the earlier one; before the first and after the last moment they stay.
    std::vector<Point> atEdges() const;

private:
    std::vector<std::int64_t> edges_;
    std::vector<std::optional<Point>> before_; ///< by edge: the latest moment at or before it, since the edge before
    std::vector<std::optional<Point>> after_;  ///< the earliest at or after it, up to the next edge
};

} // namespace penstock
