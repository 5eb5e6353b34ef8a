#include "engine/run/decoder_pool.h"

namespace penstock {

StreamLimits DecoderPool::limitsOf(const Knobs& knobs) {
    return {.maxLineBytes = knobs.maxLineBytes,
            .maxEventBytes = knobs.maxEventBytes,
            .maxEventLines = knobs.maxEventLines,
            .maxResponseBytes = knobs.maxResponseBytes};
}

std::unique_ptr<Decoder> DecoderPool::take(const Knobs& knobs) {
    const auto limits = limitsOf(knobs);
    if (limits != limits_) {
        idle_.clear();
        limits_ = limits;
    }
    if (idle_.empty()) return makeDecoder(api_, limits, scratch_);
    auto decoder = std::move(idle_.back());
    idle_.pop_back();
    return decoder;
}

void DecoderPool::giveBack(std::unique_ptr<Decoder> decoder, const Knobs& knobs) {
    if (limitsOf(knobs) == limits_) idle_.push_back(std::move(decoder));
}

} // namespace penstock
