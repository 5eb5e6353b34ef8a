#pragma once

#include "engine/base/active_request.h"

#include <cstddef>
#include <functional>
#include <unordered_set>
#include <vector>

namespace penstock::ui {

/// The requests that have begun and have no result in the run file yet, newest first, as a list that changes in place.
/// One that the engine no longer names has ended: it stays, as `ended`, until its result is read from the file, so that
/// no row blinks out between the two.
class LiveTail {
public:
    struct Row {
        ActiveRequest request;
        bool ended = false;
        int misses = 0; ///< reads of the newest results that did not hold it
    };
    /// What a model has to tell its views, around each change of the list.
    struct Listener {
        std::function<void(int first, int last)> beforeInsert, beforeRemove;
        std::function<void()> afterInsert, afterRemove;
    };

    explicit LiveTail(Listener listener)
        : listener_(std::move(listener)) {}

    /// What is in flight now, in any order.
    void update(const std::vector<ActiveRequest>& active);
    /// The newest results of the file: those rows go. One that has ended and is missing three times goes too.
    void settle(const std::unordered_set<RequestId>& results);
    void clear();
    /// clear() without a word to the listener: within a reset of the model, which tells of all at once.
    void forget();
    /// Whether some row waits for its result.
    bool waiting() const;

    std::size_t size() const { return rows_.size(); }
    const Row& operator[](std::size_t at) const { return rows_[at]; }

private:
    template <typename Condition>
    void removeIf(Condition condition);

    Listener listener_;
    std::vector<Row> rows_;                 ///< by id, descending
    std::unordered_set<RequestId> settled_; ///< a snapshot older than the file may still name them
};

} // namespace penstock::ui
