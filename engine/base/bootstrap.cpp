#include "engine/base/bootstrap.h"

#include "engine/base/cost.h"

#include <algorithm>
#include <limits>

namespace penstock::bootstrap {

namespace {

/// SplitMix64 (Steele, Lea, Flood 2014): the standard library's distributions differ from one library to another.
class Random {
public:
    explicit Random(std::uint64_t seed)
        : state_(seed) {}

    /// Uniform in [0, bound), by the high half of a product; `bound` must fit into 32 bits. The bias, below
    /// bound / 2^32, is far under what 1000 resamples can tell.
    std::size_t below(std::uint64_t bound) { return static_cast<std::size_t>(((next() >> 32) * bound) >> 32); }

private:
    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }
    std::uint64_t state_;
};

/// The rank of the p-th per mille of the resamples, from 0, by nearest rank.
constexpr std::size_t rank(std::size_t perMille) { return (resamples * perMille + 999) / 1000 - 1; }
constexpr std::size_t lowRank = rank(25), highRank = rank(975);

bool canBeSampled(const Sample& sample) {
    return sample.successes.size() >= fewestBlocks && sample.costPerHour > 0 && sample.blockSeconds > 0 &&
           std::any_of(sample.successes.begin(), sample.successes.end(), [](auto count) { return count > 0; });
}

/// Cost per success of each resample; infinite where it has no success.
std::vector<double> costs(const Sample& sample, std::uint64_t seed) {
    std::vector<double> out;
    out.reserve(resamples);
    const double seconds = sample.blockSeconds * static_cast<double>(sample.successes.size());
    for (const auto total : totals(sample.successes, seed))
        out.push_back(cost::costPerSuccess(sample.costPerHour, cost::successesPerHour(total, seconds))
                          .value_or(std::numeric_limits<double>::infinity()));
    return out;
}

std::optional<Interval> intervalOf(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    if (values[highRank] == std::numeric_limits<double>::infinity()) return std::nullopt;
    return Interval{values[lowRank], values[highRank]};
}

} // namespace

std::vector<std::uint64_t> totals(const std::vector<std::uint64_t>& blocks, std::uint64_t seed) {
    if (blocks.empty()) return {};
    Random random(seed);
    std::vector<std::uint64_t> out(resamples, 0);
    for (auto& total : out)
        for (std::size_t i = 0; i < blocks.size(); ++i)
            total += blocks[random.below(blocks.size())];
    return out;
}

std::optional<Interval> costInterval(const Sample& sample, std::uint64_t seed) {
    if (!canBeSampled(sample)) return std::nullopt;
    return intervalOf(costs(sample, seed));
}

std::optional<Interval> costRatioInterval(const Sample& baseline, const Sample& controlled, std::uint64_t seed) {
    if (!canBeSampled(baseline) || !canBeSampled(controlled)) return std::nullopt;
    // Another seed for the second: drawn with the same one, the two would rise and fall together.
    const auto before = costs(baseline, seed), after = costs(controlled, ~seed);
    if (!intervalOf(before) || !intervalOf(after)) return std::nullopt;
    std::vector<double> ratios;
    ratios.reserve(resamples);
    for (std::size_t i = 0; i < resamples; ++i) {
        const bool unknown = before[i] == std::numeric_limits<double>::infinity();
        if (!unknown) ratios.push_back(after[i] / before[i]);
        else if (after[i] != before[i]) ratios.push_back(0);
        else ratios.push_back(1);
    }
    return intervalOf(std::move(ratios));
}

} // namespace penstock::bootstrap
