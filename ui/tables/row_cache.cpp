#include "ui/tables/row_cache.h"

#include <algorithm>

namespace penstock::ui {

void RowCache::makeRoom() {
    while (pages_.size() >= maxPages_) {
        const auto oldest = std::min_element(
            pages_.begin(), pages_.end(), [](const auto& a, const auto& b) { return a.second.used < b.second.used; });
        pages_.erase(oldest);
    }
}

void RowCache::put(std::uint64_t place, RequestRow row) {
    const auto number = place / pageRows;
    auto at = pages_.find(number);
    if (at == pages_.end()) {
        makeRoom();
        at = pages_.emplace(number, Page{}).first;
        at->second.rows.resize(pageRows);
        at->second.fresh.resize(pageRows, false);
    }
    at->second.used = ++uses_;
    at->second.rows[place % pageRows] = std::move(row);
    at->second.fresh[place % pageRows] = true;
}

const RequestRow* RowCache::find(std::uint64_t place) const {
    const auto at = pages_.find(place / pageRows);
    if (at == pages_.end()) return nullptr;
    at->second.used = ++uses_;
    const auto& row = at->second.rows[place % pageRows];
    return row ? &*row : nullptr;
}

bool RowCache::complete(std::uint64_t page, std::uint64_t total) const {
    const auto start = page * pageRows;
    if (start >= total) return true;
    const auto at = pages_.find(page);
    if (at == pages_.end()) return false;
    const auto count = std::min(pageRows, total - start);
    return std::all_of(at->second.fresh.begin(), at->second.fresh.begin() + static_cast<std::ptrdiff_t>(count),
                       [](bool fresh) { return fresh; });
}

void RowCache::markStale() {
    for (auto& [number, page] : pages_)
        std::fill(page.fresh.begin(), page.fresh.end(), false);
}

} // namespace penstock::ui
