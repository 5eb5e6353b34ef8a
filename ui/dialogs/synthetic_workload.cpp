#include "ui/dialogs/synthetic_workload.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace penstock::ui {

namespace {

constexpr std::array<std::string_view, 48> vocabulary{
    "water", "gate",  "river", "light", "stone", "paper", "engine", "garden", "winter", "letter", "market", "window",
    "carry", "open",  "build", "write", "follow", "measure", "answer", "travel", "gather", "compare", "explain", "repeat",
    "small", "clear", "early", "heavy", "quiet", "round", "simple", "steady", "narrow", "bright", "common", "recent",
    "under", "after", "before", "between", "toward", "without", "during", "against", "through", "within", "beyond", "along"};

/// SplitMix64 (public domain): the standard library's distributions differ between implementations.
std::uint64_t next(std::uint64_t& state) {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

} // namespace

QByteArray syntheticPrompts(const SyntheticWorkload& workload) {
    QByteArray out;
    std::uint64_t state = workload.seed;
    for (int request = 1; request <= workload.requests; ++request) {
        const auto least = static_cast<std::uint64_t>(std::max(1, workload.words / 2));
        const auto words = least + next(state) % static_cast<std::uint64_t>(std::max(1, workload.words + 1));
        out += "{\"custom_id\":\"synthetic-" + QByteArray::number(request) + "\",\"prompt\":\"Continue:";
        for (std::uint64_t word = 0; word < words; ++word) {
            const auto chosen = vocabulary[next(state) % vocabulary.size()];
            out += ' ';
            out.append(chosen.data(), static_cast<qsizetype>(chosen.size()));
        }
        out += "\",\"max_tokens\":" + QByteArray::number(workload.tokens) + "}\n";
    }
    return out;
}

} // namespace penstock::ui
