#include "engine/base/bootstrap.h"

#include <algorithm>

namespace penstock {

namespace {

constexpr std::size_t fewestBlocks = 8;
constexpr std::size_t resamples = 1000;

} // namespace

std::size_t Resampler::below(std::size_t n) {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    z ^= z >> 31;
    // The high half of the product: without the bias of a remainder worth speaking of for such small n.
    return static_cast<std::size_t>((static_cast<unsigned __int128>(z) * n) >> 64);
}

std::optional<Interval> intervalOfMean(const std::vector<double>& blocks) {
    if (blocks.size() < fewestBlocks) return std::nullopt;
    Resampler draw(1);
    std::vector<double> means(resamples);
    for (auto& mean : means) {
        double sum = 0;
        for (std::size_t i = 0; i < blocks.size(); ++i) sum += blocks[draw.below(blocks.size())];
        mean = sum / static_cast<double>(blocks.size());
    }
    std::sort(means.begin(), means.end());
    return Interval{means[resamples * 25 / 1000], means[resamples * 975 / 1000 - 1]};
}

std::optional<Interval> intervalOfCost(double costPerHour, double blockSeconds, const std::vector<double>& successes) {
    // Nothing is drawn where nothing could come of it: a setting whose successes stopped is asked once a second.
    const auto filled = std::count_if(successes.begin(), successes.end(), [](double count) { return count > 0; });
    if (costPerHour <= 0 || filled == 0) return std::nullopt;
    const auto mean = intervalOfMean(successes);
    if (!mean || mean->low <= 0) return std::nullopt;
    const double costOfBlock = costPerHour * blockSeconds / 3600;
    return Interval{costOfBlock / mean->high, costOfBlock / mean->low};
}

} // namespace penstock
