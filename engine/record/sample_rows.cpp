#include "engine/record/sample_rows.h"

#include "engine/base/cost.h"

#include <nlohmann/json.hpp>

namespace penstock::record {

namespace {

/// Calls `visit(column, field)` for each; `S` is a Snapshot, const or not.
template <typename S, typename Visit>
void eachField(S& s, Visit&& visit) {
    visit("sequence", s.sequence);
    visit("elapsed_seconds", s.elapsedSeconds);
    visit("segment", s.segment);
    visit("requests_seen", s.requestsSeen);
    visit("successes", s.successes);
    visit("failures", s.failures);
    visit("ended", s.ended);
    visit("paused_seconds", s.pausedSeconds);
    visit("cancelled", s.cancelled);
    visit("shed", s.shed);
    visit("attempts", s.attempts);
    visit("retries", s.retries);
    visit("moved", s.moved);
    visit("degraded", s.degraded);
    visit("in_flight", s.inFlight);
    visit("cap", s.cap);
    visit("in_flight_peak", s.inFlightPeak);
    visit("in_flight_mean", s.inFlightMean);
    visit("queue_depth", s.queueDepth);
    visit("queue_capacity", s.queueCapacity);
    visit("backing_off", s.backingOff);
    visit("gap_seconds", s.gapSeconds);
    visit("connections_opened", s.connectionsOpened);
    visit("connections_open", s.connectionsOpen);
    visit("content_events", s.contentEvents);
    visit("input_tokens", s.inputTokens);
    visit("output_tokens", s.outputTokens);
    visit("wasted_tokens", s.wastedTokens);
    visit("t_first_token_p50", s.tFirstToken.p50);
    visit("t_first_token_p95", s.tFirstToken.p95);
    visit("t_first_token_p99", s.tFirstToken.p99);
    visit("t_queue_p50", s.tQueue.p50);
    visit("t_queue_p95", s.tQueue.p95);
    visit("t_queue_p99", s.tQueue.p99);
    visit("successes_per_hour", s.successesPerHour);
    visit("cost_per_success", s.costPerSuccess);
    visit("upper_bound_per_hour", s.upperBoundPerHour);
    visit("avoidable_cost", s.avoidableCost);
    visit("window_seconds", s.window.seconds);
    visit("window_successes", s.window.successes);
    visit("window_successes_per_hour", s.window.successesPerHour);
    visit("window_cost_per_success", s.window.costPerSuccess);
    visit("window_output_tokens_per_second", s.window.outputTokensPerSecond);
    visit("window_t_first_token_p50", s.window.tFirstToken.p50);
    visit("window_t_first_token_p95", s.window.tFirstToken.p95);
    visit("window_t_first_token_p99", s.window.tFirstToken.p99);
    visit("longest_turn_seconds", s.longestTurnSeconds);
    visit("engine_load", s.engineLoad);
}

/// {"429":3} as it is kept; anything else, from a file of who knows whom, is nothing.
std::map<std::string, std::uint64_t> causesFrom(const std::string& text) {
    std::map<std::string, std::uint64_t> out;
    const auto object = nlohmann::json::parse(text, nullptr, false);
    if (!object.is_object()) return out;
    for (const auto& [cause, count] : object.items())
        if (count.is_number_unsigned()) out[cause] = count.get<std::uint64_t>();
    return out;
}

void take(const QVariant& value, double& out) { out = value.toDouble(); }
void take(const QVariant& value, std::optional<double>& out) {
    if (!value.isNull()) out = value.toDouble();
}
template <std::integral Int>
void take(const QVariant& value, Int& out) {
    out = static_cast<Int>(value.toLongLong());
}

} // namespace

std::string sampleColumns() {
    std::string out = "retries_by_cause";
    const Snapshot none;
    eachField(none, [&](const char* name, const auto&) { out += std::string(", ") + name; });
    return out;
}

std::string samplePlaces() {
    std::string out = "CAST(? AS TEXT)";
    const Snapshot none;
    eachField(none, [&](const char*, const auto&) { out += ", ?"; });
    return out;
}

void bindSample(RowWriter& row, const Snapshot& snapshot) {
    const auto text = nlohmann::json(snapshot.retriesByCause).dump();
    row << QVariant(QByteArray::fromStdString(text));
    eachField(snapshot, [&](const char*, const auto& field) { row << field; });
}

Snapshot readSample(const QSqlQuery& row, int first) {
    Snapshot out;
    out.retriesByCause = causesFrom(row.value(first).toByteArray().toStdString());
    eachField(out, [&](const char*, auto& field) { take(row.value(++first), field); });
    out.gapFraction = cost::gapFraction(out.gapSeconds, out.elapsedSeconds, out.pausedSeconds).value_or(0);
    return out;
}

} // namespace penstock::record
