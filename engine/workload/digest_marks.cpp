#include "engine/workload/digest_marks.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace penstock {

void DigestMarks::Free::operator()(evp_md_ctx_st* context) const {
    EVP_MD_CTX_free(context);
}

DigestMarks::DigestMarks()
    : context_(EVP_MD_CTX_new())
    , scratch_(EVP_MD_CTX_new()) {
    EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
}

DigestMarks::~DigestMarks() = default;

void DigestMarks::update(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto room = blockBytes - static_cast<std::size_t>(bytes_ % blockBytes);
        const auto piece = bytes.substr(0, std::min(room, bytes.size()));
        EVP_DigestUpdate(context_.get(), piece.data(), piece.size());
        bytes_ += piece.size();
        bytes.remove_prefix(piece.size());
        if (bytes_ % blockBytes != 0) continue;
        std::uint64_t mark = 0;
        const auto whole = digest();
        std::memcpy(&mark, whole.data(), sizeof mark);
        marks_.push_back(mark);
    }
}

std::string DigestMarks::digest() const {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned int length = 0;
    EVP_MD_CTX_copy_ex(scratch_.get(), context_.get());
    EVP_DigestFinal_ex(scratch_.get(), out.data(), &length);
    return {reinterpret_cast<const char*>(out.data()), length};
}

std::string DigestMarks::hex() const {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char byte : digest()) {
        text += digits[static_cast<unsigned char>(byte) >> 4];
        text += digits[static_cast<unsigned char>(byte) & 15];
    }
    return text;
}

} // namespace penstock
