#pragma once

#include <cstdint>
#include <string_view>

namespace penstock::simulator {

/// 64 well-mixed bits that depend on both arguments alone: the same on every machine, in whatever order draws are made.
/// The finaliser of splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    std::uint64_t z = a + 0x9e3779b97f4a7c15u * (b + 1);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/// FNV-1a over the bytes, then mixed with the seed.
constexpr std::uint64_t hashText(std::uint64_t seed, std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    return mix(seed, hash);
}

/// The top 53 bits as a number in [0, 1).
constexpr double toUnit(std::uint64_t bits) {
    return static_cast<double>(bits >> 11) * 0x1p-53;
}

} // namespace penstock::simulator
