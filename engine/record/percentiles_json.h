#pragma once

#include "engine/base/percentiles.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>
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

/// Ten years, in seconds: no run, and no part of one, is longer.
inline constexpr double longestSeconds = 10.0 * 365 * 24 * 3600;

/// Reads the fields of an object of which any may be missing, of another kind, or beyond what can be: no figure is negative,
/// and none is infinite.
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
        return value && value->is_number() ? within(value->get<double>(), std::numeric_limits<double>::max()) : missing(0.0);
    }
    double seconds(const char* name) const { return within(real(name), longestSeconds); }
    std::uint64_t count(const char* name) const {
        const auto* value = find(name);
        return value && value->is_number_unsigned() ? value->get<std::uint64_t>() : missing(std::uint64_t{0});
    }
    std::int64_t whole(const char* name) const {
        const auto* value = find(name);
        return value && value->is_number_integer() ? atLeastNone(*value) : missing(std::int64_t{0});
    }
    int integer(const char* name) const {
        const auto value = whole(name);
        return value <= std::numeric_limits<int>::max() ? static_cast<int>(value) : missing(0);
    }
    bool yes(const char* name) const {
        const auto* value = find(name);
        return value && value->is_boolean() ? value->get<bool>() : missing(false);
    }
    std::optional<double> optionalReal(const char* name) const {
        const auto* value = find(name);
        if (!value || !(value->is_number() || value->is_null())) return missing(std::optional<double>());
        return value->is_null() ? std::nullopt : std::optional(within(value->get<double>(), std::numeric_limits<double>::max()));
    }
    std::optional<std::int64_t> optionalWhole(const char* name) const {
        const auto* value = find(name);
        if (!value || !(value->is_number_integer() || value->is_null())) return missing(std::optional<std::int64_t>());
        return value->is_null() ? std::nullopt : std::optional(atLeastNone(*value));
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
        for (const auto& time : {out.p50, out.p95, out.p99, out.mean})
            (void)within(time.value_or(0), longestSeconds);
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

    double within(double value, double most) const {
        return std::isfinite(value) && value >= 0 && value <= most ? value : missing(0.0);
    }
    /// A number that was read as unsigned may be beyond what is signed.
    std::int64_t atLeastNone(const nlohmann::json& value) const {
        if (value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return missing(std::int64_t{0});
        const auto number = value.get<std::int64_t>();
        return number >= 0 ? number : missing(std::int64_t{0});
    }

    const nlohmann::json& object_;
    mutable bool complete_ = true;
};

} // namespace penstock::record
