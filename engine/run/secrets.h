#pragma once

#include "engine/base/target.h"

#include <string>
#include <vector>

namespace penstock {

/// The values that went to a target in confidence: its key and the values of its extra headers. Takes them out of text that
/// came back from it. The words of a header's value behind the first count too
/// (`Bearer KEY`). What is shorter than six characters is left alone: it could not be told from other text.
class Secrets {
public:
    Secrets() = default;
    explicit Secrets(const Target& target);

    /// Replaces each occurrence by `[secret]`.
    void blot(std::string& text) const;

private:
    std::vector<std::string> values_; ///< longest first, so that none hides inside another
};

} // namespace penstock
