#pragma once

#include "engine/base/percentiles.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace penstock::record {

// Figures as JSON, written and read back: null is a figure that has no value.

template <typename T>
nlohmann::ordered_json nullable(const std::optional<T>& value) {
    return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
}

inline nlohmann::ordered_json distribution(const Percentiles& p) {
    return {{"p50", nullable(p.p50)},
            {"p95", nullable(p.p95)},
            {"p99", nullable(p.p99)},
            {"mean", nullable(p.mean)},
            {"count", p.count}};
}

/// Reads the fields of an object of which any may be missing or of another kind.
class Fields {
public:
    explicit Fields(const nlohmann::json& object)
        : object_(object) {}

    std::string text(const char* name) const {
        const auto* value = find(name);
        return value && value->is_string() ? value->get<std::string>() : missing(std::string());
    }
    double real(const char* name) const {
        const auto* value = find(name);
        return value && value->is_number() ? value->get<double>() : missing(0.0);
    }
    std::uint64_t count(const char* name) const {
        const auto* value = find(name);
        return value && value->is_number_unsigned() ? value->get<std::uint64_t>() : missing(std::uint64_t{0});
    }
    std::int64_t whole(const char* name) const {
        const auto* value = find(name);
        return value && value->is_number_integer() ? value->get<std::int64_t>() : missing(std::int64_t{0});
    }
    bool yes(const char* name) const {
        const auto* value = find(name);
        return value && value->is_boolean() ? value->get<bool>() : missing(false);
    }
    std::optional<double> optionalReal(const char* name) const {
        const auto* value = find(name);
        if (!value || !(value->is_number() || value->is_null())) return missing(std::optional<double>());
        return value->is_null() ? std::nullopt : std::optional(value->get<double>());
    }
    std::optional<std::int64_t> optionalWhole(const char* name) const {
        const auto* value = find(name);
        if (!value || !(value->is_number_integer() || value->is_null())) return missing(std::optional<std::int64_t>());
        return value->is_null() ? std::nullopt : std::optional(value->get<std::int64_t>());
    }
    std::map<std::string, std::uint64_t> counts(const char* name) const {
        std::map<std::string, std::uint64_t> out;
        const auto* value = find(name);
        if (!value || !value->is_object()) return missing(out);
        for (const auto& [word, number] : value->items())
            if (number.is_number_unsigned()) out[word] = number.get<std::uint64_t>();
        return out;
    }
    Percentiles distribution(const char* name) const {
        const auto* value = find(name);
        if (!value || !value->is_object()) return missing(Percentiles());
        const Fields fields(*value);
        Percentiles out{fields.optionalReal("p50"), fields.optionalReal("p95"), fields.optionalReal("p99"),
                        fields.optionalReal("mean"), fields.count("count")};
        complete_ = complete_ && fields.complete_;
        return out;
    }

    /// Whether every field that was asked for was there.
    bool complete() const { return complete_; }

private:
    const nlohmann::json* find(const char* name) const {
        const auto found = object_.find(name);
        return found == object_.end() ? nullptr : &*found;
    }
    template <typename T>
    T missing(T value) const {
        complete_ = false;
        return value;
    }

    const nlohmann::json& object_;
    mutable bool complete_ = true;
};

} // namespace penstock::record
