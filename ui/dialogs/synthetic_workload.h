#pragma once

#include <QByteArray>

#include <cstdint>

namespace penstock::ui {

/// Prompts made up of common words, for measuring a server when no prompts are at hand.
struct SyntheticWorkload {
    int requests = 500;
    int words = 120;  ///< mean of a prompt; each has between half and one and a half as many
    int tokens = 128; ///< max_tokens of each
    std::uint64_t seed = 1;
};

/// As a `prompts` workload (JSONL). The same numbers give the same bytes on every machine.
QByteArray syntheticPrompts(const SyntheticWorkload& workload);

} // namespace penstock::ui
