#include "engine/run/ids.h"

#include <openssl/rand.h>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace penstock {

namespace {

template <std::size_t N>
std::array<unsigned char, N> randomBytes() {
    std::array<unsigned char, N> bytes{};
    // Without a source of randomness two runs could share an id, and nothing downstream could tell them apart.
    if (RAND_bytes(bytes.data(), static_cast<int>(N)) != 1) std::abort();
    return bytes;
}

} // namespace

std::string drawRunId() {
    std::string id;
    for (const auto byte : randomBytes<16>()) {
        char two[3];
        std::snprintf(two, sizeof two, "%02x", byte);
        id += two;
    }
    return id;
}

SpanIds::SpanIds()
    : state_(0) {
    for (const auto byte : randomBytes<8>()) state_ = state_ << 8 | byte;
}

std::string SpanIds::next() {
    // SplitMix64 (Steele, Lea and Flood, 2014): a bijection of a counter, so no value repeats within 2^64.
    std::uint64_t z = 0;
    do {
        z = (state_ += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        z ^= z >> 31;
    } while (z == 0);
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(z));
    return text;
}

std::string traceparent(const std::string& traceId, const std::string& spanId) { return "00-" + traceId + '-' + spanId + "-01"; }

} // namespace penstock
