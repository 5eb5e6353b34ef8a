#include "engine/base/outcome.h"

#include <array>
#include <utility>

namespace penstock {

namespace {

constexpr std::array<std::pair<OutcomeKind, std::string_view>, 21> words{{
    {OutcomeKind::Success, "success"},
    {OutcomeKind::Rejected, "rejected"},
    {OutcomeKind::Throttled, "throttled"},
    {OutcomeKind::ServerError, "server_error"},
    {OutcomeKind::ConnectFailed, "connect_failed"},
    {OutcomeKind::TlsFailed, "tls_failed"},
    {OutcomeKind::StaleConnection, "stale_connection"},
    {OutcomeKind::ConnectionLost, "connection_lost"},
    {OutcomeKind::ConnectTimeout, "connect_timeout"},
    {OutcomeKind::FirstTokenTimeout, "first_token_timeout"},
    {OutcomeKind::IdleTimeout, "idle_timeout"},
    {OutcomeKind::AttemptTimeout, "attempt_timeout"},
    {OutcomeKind::DeadlineExceeded, "deadline_exceeded"},
    {OutcomeKind::CutStream, "cut_stream"},
    {OutcomeKind::ErrorEvent, "error_event"},
    {OutcomeKind::NotAStream, "not_a_stream"},
    {OutcomeKind::TooLarge, "too_large"},
    {OutcomeKind::RefusedStream, "refused_stream"},
    {OutcomeKind::CancelledByUser, "cancelled"},
    {OutcomeKind::CancelledUpstream, "cancelled_upstream"},
    {OutcomeKind::Shed, "shed"},
}};

} // namespace

std::string_view toString(OutcomeKind kind) {
    for (const auto& [k, word] : words)
        if (k == kind) return word;
    return "unknown";
}

std::optional<OutcomeKind> outcomeKindFromString(std::string_view word) {
    for (const auto& [kind, w] : words)
        if (w == word) return kind;
    return std::nullopt;
}

bool isFailure(OutcomeKind kind) {
    switch (kind) {
    case OutcomeKind::Success:
    case OutcomeKind::CancelledByUser:
    case OutcomeKind::CancelledUpstream:
    case OutcomeKind::Shed: return false;
    default: return true;
    }
}

bool isEnd(OutcomeKind kind) { return kind != OutcomeKind::CancelledByUser; }

std::string_view retryCause(const Outcome& outcome) {
    switch (outcome.kind) {
    case OutcomeKind::Throttled: return outcome.status == 529 ? "529" : "429";
    case OutcomeKind::ServerError: return outcome.status == 503 ? "503" : "5xx";
    case OutcomeKind::ConnectFailed:
    case OutcomeKind::ConnectionLost: return "network";
    case OutcomeKind::StaleConnection: return "stale_connection";
    case OutcomeKind::ConnectTimeout: return "connect_timeout";
    case OutcomeKind::FirstTokenTimeout: return "first_token_timeout";
    case OutcomeKind::IdleTimeout: return "idle_timeout";
    case OutcomeKind::AttemptTimeout: return "attempt_timeout";
    case OutcomeKind::CutStream: return "cut_stream";
    case OutcomeKind::ErrorEvent: return "stream_error";
    case OutcomeKind::RefusedStream: return "refused_stream";
    case OutcomeKind::Success:
    case OutcomeKind::Rejected:
    case OutcomeKind::TlsFailed:
    case OutcomeKind::DeadlineExceeded:
    case OutcomeKind::NotAStream:
    case OutcomeKind::TooLarge:
    case OutcomeKind::CancelledByUser:
    case OutcomeKind::CancelledUpstream:
    case OutcomeKind::Shed: return {};
    }
    return {};
}

bool isRetryable(const Outcome& outcome) { return !retryCause(outcome).empty(); }

OutcomeKind kindOfStatus(int status) {
    if (status == 429 || status == 529) return OutcomeKind::Throttled;
    if (status >= 500 || status == 408 || status == 409 || status == 425) return OutcomeKind::ServerError;
    return OutcomeKind::Rejected;
}

} // namespace penstock
