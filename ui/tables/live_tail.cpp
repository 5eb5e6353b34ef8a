#include "ui/tables/live_tail.h"

#include <algorithm>

namespace penstock::ui {

void LiveTail::update(const std::vector<ActiveRequest>& active) {
    std::vector<const ActiveRequest*> now;
    now.reserve(active.size());
    for (const auto& each : active)
        if (!settled_.contains(each.id)) now.push_back(&each);
    std::sort(now.begin(), now.end(), [](const auto* a, const auto* b) { return a->id > b->id; });

    std::size_t at = 0;
    for (std::size_t next = 0; next < now.size();) {
        if (at < rows_.size() && rows_[at].request.id > now[next]->id) {
            rows_[at++].ended = true;
        } else if (at < rows_.size() && rows_[at].request.id == now[next]->id) {
            rows_[at].request = *now[next++];
            rows_[at++].ended = false;
        } else {
            // New ones come side by side as a rule: told as one range.
            const auto first = next;
            while (next < now.size() && (at >= rows_.size() || now[next]->id > rows_[at].request.id))
                ++next;
            const auto count = next - first;
            listener_.beforeInsert(static_cast<int>(at), static_cast<int>(at + count) - 1);
            std::vector<Row> fresh;
            for (auto i = first; i < next; ++i)
                fresh.push_back({*now[i], false, 0});
            rows_.insert(rows_.begin() + static_cast<std::ptrdiff_t>(at), std::make_move_iterator(fresh.begin()),
                         std::make_move_iterator(fresh.end()));
            listener_.afterInsert();
            at += count;
        }
    }
    for (; at < rows_.size(); ++at)
        rows_[at].ended = true;
}

template <typename Condition>
void LiveTail::removeIf(Condition condition) {
    for (std::size_t end = rows_.size(); end > 0;) {
        if (!condition(rows_[end - 1])) {
            --end;
            continue;
        }
        auto start = end - 1;
        while (start > 0 && condition(rows_[start - 1]))
            --start;
        listener_.beforeRemove(static_cast<int>(start), static_cast<int>(end) - 1);
        rows_.erase(rows_.begin() + static_cast<std::ptrdiff_t>(start),
                    rows_.begin() + static_cast<std::ptrdiff_t>(end));
        listener_.afterRemove();
        end = start;
    }
}

void LiveTail::settle(const std::unordered_set<RequestId>& results) {
    settled_ = results;
    for (auto& row : rows_)
        if (row.ended) ++row.misses;
    removeIf([&](const Row& row) { return results.contains(row.request.id) || (row.ended && row.misses >= 3); });
}

void LiveTail::clear() {
    settled_.clear();
    removeIf([](const Row&) { return true; });
}

void LiveTail::forget() {
    settled_.clear();
    rows_.clear();
}

bool LiveTail::waiting() const {
    return std::any_of(rows_.begin(), rows_.end(), [](const Row& row) { return row.ended; });
}

} // namespace penstock::ui
