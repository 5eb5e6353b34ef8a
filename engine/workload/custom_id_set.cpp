#include "engine/workload/custom_id_set.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <cstring>

namespace penstock {

void CustomIdSet::Free::operator()(evp_md_ctx_st* context) const {
    EVP_MD_CTX_free(context);
}

CustomIdSet::CustomIdSet()
    : keyed_(EVP_MD_CTX_new())
    , scratch_(EVP_MD_CTX_new())
    , table_(1024) {
    // Should no random bytes be there, the key is 0: the set still tells ids apart.
    std::array<unsigned char, 16> key{};
    RAND_bytes(key.data(), static_cast<int>(key.size()));
    EVP_DigestInit_ex(keyed_.get(), EVP_sha256(), nullptr);
    EVP_DigestUpdate(keyed_.get(), key.data(), key.size());
}

CustomIdSet::~CustomIdSet() = default;

bool CustomIdSet::insert(std::string_view customId) {
    if ((used_ + 1) * 4 > table_.size() * 3) {
        std::vector<std::uint64_t> larger(table_.size() * 2);
        for (const auto value : table_)
            if (value != 0) place(larger, value);
        table_ = std::move(larger);
    }
    const bool fresh = place(table_, fingerprint(customId));
    if (fresh) ++used_;
    return fresh;
}

std::uint64_t CustomIdSet::fingerprint(std::string_view customId) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    EVP_MD_CTX_copy_ex(scratch_.get(), keyed_.get());
    EVP_DigestUpdate(scratch_.get(), customId.data(), customId.size());
    EVP_DigestFinal_ex(scratch_.get(), out.data(), nullptr);
    std::uint64_t value = 0;
    std::memcpy(&value, out.data(), sizeof value);
    return value == 0 ? 1 : value;
}

bool CustomIdSet::place(std::vector<std::uint64_t>& table, std::uint64_t value) {
    const auto mask = table.size() - 1;
    for (auto at = static_cast<std::size_t>(value) & mask;; at = (at + 1) & mask) {
        if (table[at] == value) return false;
        if (table[at] != 0) continue;
        table[at] = value;
        return true;
    }
}

} // namespace penstock
