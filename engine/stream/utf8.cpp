#include "engine/stream/utf8.h"

#include <simdjson.h>

namespace penstock {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// What a lead byte asks for: how many continuation bytes, and the range of the first of them (which keeps overlong
/// forms, surrogates and what lies beyond U+10FFFF out). `more` is 0 for a byte that can lead nothing.
struct Lead {
    int more = 0;
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
};

Lead leadOf(unsigned char byte) {
    if (byte >= 0xC2 && byte <= 0xDF) return {1};
    if (byte >= 0xE0 && byte <= 0xEF) {
        Lead lead{2};
        if (byte == 0xE0) lead.low = 0xA0;
        if (byte == 0xED) lead.high = 0x9F;
        return lead;
    }
    if (byte >= 0xF0 && byte <= 0xF4) {
        Lead lead{3};
        if (byte == 0xF0) lead.low = 0x90;
        if (byte == 0xF4) lead.high = 0x8F;
        return lead;
    }
    return {};
}

} // namespace

bool isValidUtf8(std::string_view bytes) {
    return simdjson::validate_utf8(bytes.data(), bytes.size());
}

void appendRepairedUtf8(std::string_view bytes, std::string& out) {
    std::size_t at = 0;
    while (at < bytes.size()) {
        const auto first = static_cast<unsigned char>(bytes[at]);
        if (first < 0x80) {
            out.push_back(bytes[at++]);
            continue;
        }
        const Lead lead = leadOf(first);
        std::size_t length = 1;
        unsigned char low = lead.low;
        unsigned char high = lead.high;
        while (length <= static_cast<std::size_t>(lead.more) && at + length < bytes.size()) {
            const auto next = static_cast<unsigned char>(bytes[at + length]);
            if (next < low || next > high) break;
            low = 0x80;
            high = 0xBF;
            ++length;
        }
        const bool whole = lead.more > 0 && length == static_cast<std::size_t>(lead.more) + 1;
        out.append(whole ? bytes.substr(at, length) : replacement);
        at += length;
    }
}

std::string_view firstCharacters(std::string_view text, std::size_t characters) {
    std::size_t seen = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool continuation = (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
        if (!continuation && seen++ == characters) return text.substr(0, at);
    }
    return text;
}

} // namespace penstock
