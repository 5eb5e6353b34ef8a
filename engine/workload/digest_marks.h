#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct evp_md_ctx_st;

namespace penstock {

/// SHA-256 over a file, with a mark after each MiB: the first eight bytes of the digest of everything up to there. By
/// the marks a second reader knows that a block is the one that was checked before it makes requests of it, not at the
/// end of the file when they have been sent. Costs 8 bytes a MiB: 80 kB for 10 GB.
class DigestMarks {
public:
    static constexpr std::size_t blockBytes = 1u << 20;

    DigestMarks();
    ~DigestMarks();

    void update(std::string_view bytes);

    std::uint64_t bytes() const { return bytes_; }
    /// One for each whole block so far.
    const std::vector<std::uint64_t>& marks() const { return marks_; }
    /// Hex digest of everything so far.
    std::string hex() const;

private:
    std::string digest() const;

    struct Free {
        void operator()(evp_md_ctx_st* context) const;
    };
    std::unique_ptr<evp_md_ctx_st, Free> context_;
    std::unique_ptr<evp_md_ctx_st, Free> scratch_; ///< a digest is taken of a copy, so that the count can go on
    std::uint64_t bytes_ = 0;
    std::vector<std::uint64_t> marks_;
};

} // namespace penstock
