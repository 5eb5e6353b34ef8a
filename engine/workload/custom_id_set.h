#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

struct evp_md_ctx_st;

namespace penstock {

/// Which custom ids a file has had, by 64-bit fingerprints in one flat table. It may take a new id for a known one (for
/// 50 million ids with a chance of 1 in 15,000), never the reverse; so a hit is only a suspicion, which the caller
/// settles by reading the file again. The fingerprints are keyed at random: no file can be made to cause hits on
/// purpose.
///
/// Costs 11 to 22 bytes an id, half as much again while the table grows: at most 1.6 GB for 50 million ids, which a
/// file of 10 GB with lines of 200 bytes has. It is gone when the check ends.
class CustomIdSet {
public:
    CustomIdSet();
    ~CustomIdSet();

    /// False when the id may have been there before.
    bool insert(std::string_view customId);

    std::size_t tableBytes() const { return table_.size() * sizeof(std::uint64_t); }

private:
    std::uint64_t fingerprint(std::string_view customId);
    static bool place(std::vector<std::uint64_t>& table, std::uint64_t value);

    struct Free {
        void operator()(evp_md_ctx_st* context) const;
    };
    std::unique_ptr<evp_md_ctx_st, Free> keyed_;
    std::unique_ptr<evp_md_ctx_st, Free> scratch_;
    std::vector<std::uint64_t> table_; ///< open addressing; 0 is a free place; its size is a power of two
    std::size_t used_ = 0;
};

} // namespace penstock
