#pragma once

#include <cstdint>
#include <string>

namespace penstock {

/// A fresh run id: 32 lower-case hex digits from the system's random source. Serves as the W3C trace id of all its requests.
std::string drawRunId();

/// Makes the span ids of a run: 16 lower-case hex digits each, never all zero (W3C trace context). Drawn from the system's
/// random source once, then counted through a mixing function, so that a million of them cost nothing and none comes twice.
class SpanIds {
public:
    SpanIds();
    std::string next();

private:
    std::uint64_t state_;
};

/// The `traceparent` header (W3C trace context, level 1, sampled).
std::string traceparent(const std::string& traceId, const std::string& spanId);

} // namespace penstock
