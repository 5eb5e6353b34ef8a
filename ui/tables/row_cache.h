#pragma once

#include "engine/base/run_document.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace penstock::ui {

/// The rows that have been fetched, by their place in the list, in pages of 200. The pages that were not used for the
/// longest time are forgotten. A stale row is still shown, and asked for again.
class RowCache {
public:
    static constexpr std::uint64_t pageRows = 200;

    explicit RowCache(std::size_t maxPages = 32)
        : maxPages_(maxPages) {}

    void put(std::uint64_t place, RequestRow row);
    /// Null when it is not here. Counts as a use.
    const RequestRow* find(std::uint64_t place) const;
    /// Whether every row of the page that ought to be there (`total` rows in all) is here and fresh.
    bool complete(std::uint64_t page, std::uint64_t total) const;
    void markStale();
    void clear() { pages_.clear(); }
    std::size_t pages() const { return pages_.size(); }

private:
    struct Page {
        std::vector<std::optional<RequestRow>> rows;
        std::vector<bool> fresh;
        mutable std::uint64_t used = 0;
    };
    void makeRoom();

    std::size_t maxPages_;
    std::map<std::uint64_t, Page> pages_;
    mutable std::uint64_t uses_ = 0;
};

} // namespace penstock::ui
