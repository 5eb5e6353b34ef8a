#pragma once

#include <algorithm>
#include <cstddef>
#include <random>
#include <string_view>
#include <vector>

namespace penstock::test {

/// Ascending positions at which a text is cut into feeds.
using Cuts = std::vector<std::size_t>;

template <typename Feed>
void feedInPieces(std::string_view text, const Cuts& cuts, Feed&& feed) {
    std::size_t from = 0;
    for (const std::size_t cut : cuts) {
        feed(text.substr(from, cut - from));
        from = cut;
    }
    feed(text.substr(from));
}

inline Cuts byteByByte(std::size_t size) {
    Cuts cuts;
    for (std::size_t at = 1; at < size; ++at)
        cuts.push_back(at);
    return cuts;
}

/// Between none and eight cuts, or, one time in four, as many as make pieces of a few bytes. Empty pieces occur.
inline Cuts randomCuts(std::size_t size, std::mt19937& random) {
    const std::size_t most = random() % 4 == 0 ? size / 3 + 1 : 9;
    Cuts cuts(random() % most);
    for (std::size_t& cut : cuts)
        cut = random() % (size + 1);
    std::sort(cuts.begin(), cuts.end());
    return cuts;
}

/// Whole, byte by byte, cut once at every position of a short text, and at random.
inline std::vector<Cuts> manyCuts(std::size_t size, unsigned seed, int randomOnes = 20) {
    std::vector<Cuts> all{{}, byteByByte(size)};
    if (size <= 400)
        for (std::size_t at = 1; at < size; ++at)
            all.push_back({at});
    std::mt19937 random(seed);
    for (int i = 0; i < randomOnes; ++i)
        all.push_back(randomCuts(size, random));
    return all;
}

} // namespace penstock::test
