#include "engine/run/secrets.h"

#include <algorithm>

namespace penstock {

Secrets::Secrets(const Target& target) {
    constexpr std::size_t shortest = 6;
    if (!target.apiKey.empty()) values_.push_back(target.apiKey);
    for (const auto& [name, value] : target.headers) {
        if (value.size() >= shortest) values_.push_back(value);
        // `Bearer KEY`: a server may repeat the key without its scheme.
        for (std::size_t from = value.find(' '); from != std::string::npos; from = value.find(' ', from + 1)) {
            const auto word = value.substr(from + 1, value.find(' ', from + 1) - from - 1);
            if (word.size() >= shortest) values_.push_back(word);
        }
    }
    std::sort(values_.begin(), values_.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

void Secrets::blot(std::string& text) const {
    static const std::string blotted = "[secret]";
    for (const auto& value : values_)
        for (auto at = text.find(value); at != std::string::npos; at = text.find(value, at + blotted.size()))
            text.replace(at, value.size(), blotted);
}

} // namespace penstock
