#include "engine/experiment/totals_curve.h"

#include <algorithm>

namespace penstock {

TotalsCurve::TotalsCurve(std::vector<std::int64_t> edges)
    : edges_(std::move(edges))
    , before_(edges_.size())
    , after_(edges_.size()) {}

void TotalsCurve::add(const Point& point) {
    // The first edge at or after the moment, and the last at or before it.
    const auto above = std::lower_bound(edges_.begin(), edges_.end(), point.at);
    const auto below = std::upper_bound(edges_.begin(), edges_.end(), point.at);
    if (above != edges_.end()) {
        auto& latest = before_[static_cast<std::size_t>(above - edges_.begin())];
        // Of several at one moment the most, which is the last; at the very beginning the least, from which all is counted.
        const bool more = latest && (latest->gapSeconds < point.gapSeconds || latest->connections < point.connections);
        if (!latest || latest->at < point.at || (latest->at == point.at && more != (above == edges_.begin()))) latest = point;
    }
    if (below != edges_.begin()) {
        auto& earliest = after_[static_cast<std::size_t>(below - edges_.begin()) - 1];
        if (!earliest || point.at < earliest->at) earliest = point;
    }
}

std::vector<TotalsCurve::Point> TotalsCurve::atEdges() const {
    auto before = before_;
    auto after = after_;
    for (std::size_t i = 1; i < before.size(); ++i)
        if (!before[i]) before[i] = before[i - 1];
    for (std::size_t i = after.size(); i-- > 1;)
        if (!after[i - 1]) after[i - 1] = after[i];
    std::vector<Point> out;
    for (std::size_t i = 0; i < edges_.size(); ++i) {
        const auto at = edges_[i];
        if (!before[i] && !after[i]) {
            out.push_back({at, 0, 0});
            continue;
        }
        if (!before[i] || !after[i] || before[i]->at == at) {
            const auto& known = before[i] ? *before[i] : *after[i];
            out.push_back({at, known.gapSeconds, known.connections});
            continue;
        }
        const auto span = static_cast<double>(after[i]->at - before[i]->at);
        const double share = span > 0 ? static_cast<double>(at - before[i]->at) / span : 0;
        out.push_back({at, before[i]->gapSeconds + share * (after[i]->gapSeconds - before[i]->gapSeconds), before[i]->connections});
    }
    return out;
}

} // namespace penstock
