// The settings' figures as they are kept in the run file.
#include "engine/base/knobs_json.h"
#include "engine/record/percentiles_json.h"
#include "engine/record/segment_replay.h"

#include <algorithm>

namespace penstock::record {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

ordered_json toJson(const SegmentFigures& f) {
    ordered_json out{{"change", f.change},
                     {"start", f.start},
                     {"end", f.end},
                     {"settling_seconds", f.settlingSeconds},
                     {"paused_seconds", f.pausedSeconds},
                     {"window_seconds", f.windowSeconds},
                     {"successes", f.successes},
                     {"failures", f.failures},
                     {"ended", f.ended},
                     {"attempts", f.attempts},
                     {"retries", f.retries},
                     {"success_rate", nullable(f.successRate)},
                     {"successes_per_hour", nullable(f.successesPerHour)},
                     {"cost_per_success", nullable(f.costPerSuccess)},
                     {"cost_interval", nullptr},
                     {"t_first_token", distribution(f.tFirstToken)},
                     {"upper_bound_per_hour", nullable(f.upperBoundPerHour)},
                     {"gap_seconds", f.gapSeconds},
                     {"gap_fraction", f.gapFraction},
                     {"new_connections_per_success", nullable(f.newConnectionsPerSuccess)}};
    if (f.costInterval) out["cost_interval"] = ordered_json::array({f.costInterval->low, f.costInterval->high});
    return out;
}

/// Whether everything needed was there.
bool fromJson(const json& in, SegmentFigures& f) {
    const Fields fields(in);
    f.change = fields.text("change");
    f.start = fields.seconds("start");
    f.end = fields.seconds("end");
    f.settlingSeconds = fields.seconds("settling_seconds");
    f.pausedSeconds = fields.seconds("paused_seconds");
    f.windowSeconds = fields.seconds("window_seconds");
    f.successes = fields.count("successes");
    f.failures = fields.count("failures");
    f.ended = fields.count("ended");
    f.attempts = fields.count("attempts");
    f.retries = fields.count("retries");
    f.successRate = fields.optionalReal("success_rate");
    f.successesPerHour = fields.optionalReal("successes_per_hour");
    f.costPerSuccess = fields.optionalReal("cost_per_success");
    f.tFirstToken = fields.distribution("t_first_token");
    f.upperBoundPerHour = fields.optionalReal("upper_bound_per_hour");
    f.gapSeconds = fields.seconds("gap_seconds");
    f.gapFraction = fields.real("gap_fraction");
    f.newConnectionsPerSuccess = fields.optionalReal("new_connections_per_success");
    if (const auto interval = in.find("cost_interval"); interval != in.end() && interval->is_array() &&
                                                        interval->size() == 2 && interval->at(0).is_number() &&
                                                        interval->at(1).is_number())
        f.costInterval = Interval{interval->at(0).get<double>(), interval->at(1).get<double>()};
    if (f.costInterval && !(f.costInterval->low >= 0 && f.costInterval->high >= f.costInterval->low && std::isfinite(f.costInterval->high)))
        return false;
    return fields.complete() && f.end >= f.start;
}

} // namespace

Result<std::optional<std::vector<SegmentFigures>>> storedSegments(const RunFile& file) {
    const auto times = readRunTimes(file);
    if (!times) return times.error();
    const auto ruled = settingsThatRuled(file, *times);
    if (!ruled) return ruled.error();
    std::vector<SegmentFigures> out;
    bool whole = true;
    auto status = eachRow(file,
                          "SELECT number, CAST(knobs AS BLOB), CAST(figures AS BLOB) FROM segments WHERE figures IS NOT"
                          " NULL ORDER BY session, number",
                          [&](const QSqlQuery& row) {
                              SegmentFigures figures;
                              figures.number = row.value(0).toUInt();
                              const auto knobs = json::parse(textOf(row.value(1)), nullptr, false);
                              const auto kept = json::parse(textOf(row.value(2)), nullptr, false);
                              whole = whole && applyJson(knobs, figures.knobs) && kept.is_object() && fromJson(kept, figures);
                              out.push_back(std::move(figures));
                          });
    if (!status) return status.error();
    whole = whole && std::equal(out.begin(), out.end(), ruled->begin(), ruled->end(),
                                [](const SegmentFigures& kept, std::uint32_t number) { return kept.number == number; });
    if (!whole || out.empty()) return std::optional<std::vector<SegmentFigures>>();
    return std::optional(std::move(out));
}

Status storeSegments(const RunFile& file, const std::vector<SegmentFigures>& figures) {
    auto query = file.prepare("UPDATE segments SET figures = CAST(? AS TEXT) WHERE number = ?");
    if (!query) return query.error();
    for (const auto& segment : figures) {
        const auto text = toJson(segment).dump(-1, ' ', false, ordered_json::error_handler_t::replace);
        query->bindValue(0, textValue(text));
        query->bindValue(1, static_cast<qint64>(segment.number));
        if (auto status = file.run(*query); !status) return status;
    }
    return okStatus();
}

} // namespace penstock::record
