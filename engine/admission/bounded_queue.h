#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

namespace penstock {

/// What waits for a permit, first come first served, with a lane ahead of it for work that is already under way: retries that
/// are due, and the next turn of a dialogue. Only new work is bound by the capacity: refusing what is under way would
/// lose it. How many may be under way is bounded by its owner, who reserves places for those that back off.
template <typename T>
class BoundedQueue {
public:
    explicit BoundedQueue(std::size_t capacity)
        : capacity_(capacity) {}

    /// Whether one more new item has a place, while `reserved` places are kept for items that will come back.
    bool hasRoom(std::size_t reserved = 0) const { return size() + reserved < capacity_; }
    /// New work, to the end. Only when hasRoom().
    void push(T item) { fresh_.push_back(std::move(item)); }
    /// Work under way: before all new work, after what is ahead already.
    void pushAhead(T item) { ahead_.push_back(std::move(item)); }

    std::optional<T> pop() {
        auto& lane = ahead_.empty() ? fresh_ : ahead_;
        if (lane.empty()) return std::nullopt;
        T item = std::move(lane.front());
        lane.pop_front();
        return item;
    }

    /// Takes out the first item for which `matches` holds.
    template <typename Predicate>
    std::optional<T> take(Predicate matches) {
        for (auto* lane : {&ahead_, &fresh_}) {
            for (auto it = lane->begin(); it != lane->end(); ++it) {
                if (!matches(*it)) continue;
                T item = std::move(*it);
                lane->erase(it);
                return item;
            }
        }
        return std::nullopt;
    }

    std::size_t size() const { return ahead_.size() + fresh_.size(); }
    bool empty() const { return ahead_.empty() && fresh_.empty(); }
    std::size_t capacity() const { return capacity_; }
    /// Lowering it drops nothing: the queue takes no new work until it has drained below.
    void setCapacity(std::size_t capacity) { capacity_ = capacity; }

private:
    std::deque<T> ahead_, fresh_;
    std::size_t capacity_;
};

} // namespace penstock
