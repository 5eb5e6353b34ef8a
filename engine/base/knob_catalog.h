#pragma once

#include "engine/base/knobs.h"

#include <span>
#include <string_view>

namespace penstock {

enum class KnobGroup { Concurrency, Queue, Connections, Timeouts, Retries, Streaming, Cost };
std::string_view toString(KnobGroup group);

/// What a knob's value is, and so which control turns it.
enum class KnobKind {
    Count,
    Bytes,
    Duration, ///< its JSON value is in seconds
    Money,
    Switch, ///< on or off
    Choice, ///< one of `choices`
    Text,
};

/// What is known of a knob besides its value: the words that the command line's help and the console both say.
struct KnobInfo {
    std::string_view word; ///< of knobs_json.h; with two dashes before it the flag
    KnobGroup group;
    KnobKind kind;
    std::string_view label;      ///< for people, a few words
    std::string_view unit;       ///< `requests`, `per hour`; empty where the kind says it
    std::string_view definition; ///< one line, without a full stop
    /// The full range, in the unit of the JSON value; as validate() and parseDuration() have it. Kinds without one: 0, 0.
    double least = 0, most = 0;
    /// The range that is worth trying, for a slider; inside the full one. 0, 0: none.
    double sliderLeast = 0, sliderMost = 0;
    std::string_view zeroMeans{};                ///< what the value 0 stands for where it is no amount
    std::span<const std::string_view> choices{}; ///< of a Choice: the words of knobs_json.h
};

/// Every knob, in the order of knobs_json.h, which is also that of the groups.
std::span<const KnobInfo> knobCatalog();

/// nullptr for a word that is no knob.
const KnobInfo* findKnob(std::string_view word);

} // namespace penstock
