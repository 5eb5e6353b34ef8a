#pragma once

#include <cstdint>

namespace penstock::simulator {

/// The accelerator's memory for attention keys and values, counted in tokens: each token of a running sequence, prompt
/// or answer, holds one place until the sequence ends or is preempted.
class KvBudget {
public:
    explicit KvBudget(std::int64_t capacity)
        : capacity_(capacity) {}

    bool fits(std::int64_t tokens) const { return used_ + tokens <= capacity_; }
    void take(std::int64_t tokens) { used_ += tokens; }
    void give(std::int64_t tokens) { used_ -= tokens; }

    std::int64_t used() const { return used_; }
    std::int64_t capacity() const { return capacity_; }

private:
    std::int64_t capacity_;
    std::int64_t used_ = 0;
};

} // namespace penstock::simulator
