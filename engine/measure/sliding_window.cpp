#include "engine/measure/sliding_window.h"

#include "engine/base/cost.h"
#include "engine/base/percentile.h"

#include <algorithm>
#include <vector>

namespace penstock {

void SlidingWindow::start(Instant at) {
    if (!start_) start_ = at;
}

void SlidingWindow::price(Instant at, double costPerHour) {
    if (!prices_.empty() && prices_.back().perHour == costPerHour) return;
    prices_.push_back({at, costPerHour});
    while (prices_.size() > 1 && prices_[1].from <= at - longest) prices_.pop_front();
    // A slider that is dragged: more turns a minute than this tell nothing more.
    if (prices_.size() > mostPrices) prices_.pop_front();
}

SlidingWindow::Quarter& SlidingWindow::at(Instant when) {
    const auto number = std::max<std::int64_t>(0, (when - *start_) / quarter);
    auto& slot = ring_[static_cast<std::size_t>(number) % quarters];
    if (slot.number != number) {
        slot = Quarter{};
        slot.number = number;
    }
    return slot;
}

void SlidingWindow::success(Instant when, std::optional<std::int64_t> outputTokens) {
    start(when);
    auto& slot = at(when);
    ++slot.successes;
    if (outputTokens) slot.tokens += *outputTokens;
    else slot.tokensKnown = false;
}

void SlidingWindow::firstToken(Instant when, Nanos after) {
    tokens_.push_back({when, after});
    while (tokens_.size() > mostTokens || (!tokens_.empty() && tokens_.front().at < when - longest)) tokens_.pop_front();
}

double SlidingWindow::costBetween(Instant from, Instant to) const {
    double cost = 0;
    for (std::size_t i = 0; i < prices_.size(); ++i) {
        const auto begin = i == 0 ? from : std::max(from, prices_[i].from);
        const auto end = i + 1 < prices_.size() ? std::min(to, prices_[i + 1].from) : to;
        if (end > begin) cost += prices_[i].perHour * toSeconds(end - begin) / 3600;
    }
    return cost;
}

WindowFigures SlidingWindow::figures(Instant now) const {
    WindowFigures out;
    if (!start_ || now <= *start_) return out;
    // Whole quarters, and the part of the present one: from the newest back until the window is long enough.
    const auto newest = (now - *start_) / quarter;
    std::int64_t tokens = 0;
    bool known = true;
    auto oldest = newest;
    for (auto number = newest; number >= 0 && newest - number < static_cast<std::int64_t>(quarters); --number) {
        const Instant begin = *start_ + number * quarter;
        if (now - begin > longest) break;
        if (now - begin > length && out.successes >= enough) break;
        oldest = number;
        const auto& slot = ring_[static_cast<std::size_t>(number) % quarters];
        if (slot.number != number) continue;
        out.successes += slot.successes;
        tokens += slot.tokens;
        known = known && slot.tokensKnown;
    }
    const Instant from = *start_ + oldest * quarter;
    out.seconds = toSeconds(now - from);
    out.successesPerHour = cost::successesPerHour(out.successes, out.seconds);
    if (out.seconds > 0)
        out.costPerSuccess = cost::costPerSuccess(costBetween(from, now) * 3600 / out.seconds, out.successesPerHour);
    if (out.successes > 0 && known && out.seconds > 0) out.outputTokensPerSecond = static_cast<double>(tokens) / out.seconds;

    std::vector<Nanos> times;
    for (auto it = tokens_.rbegin(); it != tokens_.rend() && it->at >= from; ++it) times.push_back(it->after);
    out.tFirstToken.count = times.size();
    if (times.empty()) return out;
    auto sorted = times.begin(); // ascending ranks: each selection leaves less for the next
    const auto rank = [&](unsigned percent) {
        const auto place = times.begin() + static_cast<std::ptrdiff_t>(nearestRank(times.size(), percent) - 1);
        std::nth_element(sorted, place, times.end());
        sorted = place;
        return toSeconds(*place);
    };
    out.tFirstToken.p50 = rank(50);
    out.tFirstToken.p95 = rank(95);
    out.tFirstToken.p99 = rank(99);
    double sum = 0;
    for (const auto time : times) sum += toSeconds(time);
    out.tFirstToken.mean = sum / static_cast<double>(times.size());
    return out;
}

} // namespace penstock
