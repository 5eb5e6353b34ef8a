#pragma once

#include "engine/base/knobs.h"
#include "engine/stream/decoder.h"

#include <memory>
#include <vector>

namespace penstock {

/// Decoders of one API, kept for reuse with the memory they have grown, so that a request costs no allocation of parsers.
/// Belongs to the engine thread.
class DecoderPool {
public:
    explicit DecoderPool(Api api)
        : api_(api)
        , scratch_(makeJsonScratch()) {}

    /// A decoder with the bounds of `knobs`; to be reset before use.
    std::unique_ptr<Decoder> take(const Knobs& knobs);
    void giveBack(std::unique_ptr<Decoder> decoder, const Knobs& knobs);

private:
    static StreamLimits limitsOf(const Knobs& knobs);

    Api api_;
    std::shared_ptr<JsonScratch> scratch_;
    StreamLimits limits_;
    std::vector<std::unique_ptr<Decoder>> idle_; ///< all with limits_
};

} // namespace penstock
