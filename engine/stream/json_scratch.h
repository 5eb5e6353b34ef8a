#pragma once

#include <simdjson.h>

#include <memory>
#include <string_view>
#include <vector>

namespace penstock {

/// The JSON parser that the decoders of one thread share, with the padded buffer that simdjson reads from. Allocates
/// only while it grows, in powers of two, to the largest document met; an unusually large one gets memory of its own,
/// which goes with the next parse. One thread only.
class JsonScratch {
public:
    /// Parses one JSON text (valid UTF-8, nested no deeper than maxDepth). What it returns lives until the next
    /// parse(). An unpaired surrogate escape, which JavaScript servers do send when they cut text between UTF-16 units,
    /// reads as U+FFFD instead of failing the document.
    simdjson::simdjson_result<simdjson::dom::element> parse(std::string_view json);

    /// Arrays and objects within each other. No dialect comes near it; it bounds what a hostile server can make us
    /// recurse.
    static constexpr std::size_t maxDepth = 64;
    /// Documents longer than this, in bytes, are not parsed in the kept memory.
    static constexpr std::size_t keptBytes = 1u << 20;

private:
    struct Room {
        simdjson::dom::parser parser;
        simdjson::dom::document document;
        std::vector<char> padded;
        std::size_t capacity = 0;

        simdjson::error_code grow(std::size_t bytes);
        simdjson::simdjson_result<simdjson::dom::element> parse(std::string_view json);
    };

    Room kept_;
    std::unique_ptr<Room> large_;
};

/// Whether `json` ends inside a string, an array or an object: a document that was cut rather than one that is wrong.
bool endsInsideJson(std::string_view json);

} // namespace penstock
