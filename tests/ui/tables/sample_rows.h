#pragma once

#include "engine/base/run_document.h"

#include <random>

namespace penstock::ui {

/// A run such as a person would see: 14 at once, some retried, some failed. The same each time.
inline std::vector<RequestRow> sampleRows(std::size_t count) {
    std::mt19937 random(7);
    std::uniform_real_distribution<double> unit(0, 1);
    static const char* prompts[] = {"Compose an engaging travel blog post about a recent trip to Hawaii",
                                    "Given two sorted arrays, find the kth smallest element in their union",
                                    "Pretend yourself to be Elon Musk in all the following conversations",
                                    "If a triangle has sides 3, 4 and 5, what is its area?",
                                    "Explain quantum superposition to a curious twelve-year-old"};
    std::vector<RequestRow> rows;
    for (std::size_t i = 0; i < count; ++i) {
        RequestRow row;
        row.id = i;
        row.customId = "req " + std::to_string(2400 + i);
        row.prompt = prompts[i % 5];
        row.segment = 1;
        double at = static_cast<double>(i) * 0.3;
        const bool retried = i % 11 == 3, failed = i % 17 == 5;
        const int attempts = retried ? 2 : 1;
        for (int n = 1; n <= attempts; ++n) {
            AttemptBar bar;
            bar.attempt = n;
            bar.queued = at;
            bar.admitted = at + (n == 1 ? 0.3 + unit(random) : 0.05);
            bar.sent = *bar.admitted + (i % 7 == 0 ? 0.15 : 0.002);
            bar.connect = i % 7 == 0 ? 0.12 : 0;
            if (n < attempts) {
                bar.outcome = OutcomeKind::Throttled;
                bar.status = 429;
                bar.retryCause = "429";
                bar.message = "the server asks to slow down";
                bar.completed = bar.released = *bar.sent + 0.12;
                at = *bar.completed + 0.4;
            } else {
                bar.firstToken = *bar.sent + 0.18 + 0.1 * unit(random);
                bar.lastToken = *bar.firstToken + 1 + 2 * unit(random);
                bar.completed = bar.released = *bar.lastToken + 0.03;
                bar.outcome = failed ? OutcomeKind::CutStream : OutcomeKind::Success;
                bar.status = 200;
                if (failed) {
                    bar.completed = bar.released = *bar.lastToken + 0.1;
                    bar.message = "the stream ended without [DONE]";
                }
            }
            row.attempts.push_back(bar);
        }
        const auto& last = row.attempts.back();
        row.outcome = last.outcome;
        row.status = last.status;
        row.tFirstToken = *last.firstToken - *last.sent;
        row.tInFlight = *last.released - *last.admitted;
        row.outputTokens = static_cast<std::int64_t>(100 * (*last.lastToken - *last.firstToken));
        row.usageKind = i % 9 == 4 ? UsageKind::Estimated : UsageKind::Exact;
        row.ended = *last.completed;
        rows.push_back(std::move(row));
    }
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.ended < b.ended; });
    return rows;
}

inline std::vector<SegmentFigures> sampleSegments() {
    std::vector<SegmentFigures> out(4);
    const int caps[] = {1, 4, 14, 20};
    const char* changes[] = {"start", "connection-reuse never to pooled, max-concurrency 1 to 4",
                             "max-concurrency 4 to 14", "max-concurrency 14 to 20"};
    const double costs[] = {0.0198, 0.00489, 0.00142, 0};
    for (std::size_t i = 0; i < 4; ++i) {
        auto& each = out[i];
        each.number = static_cast<std::uint32_t>(i + 1);
        each.knobs.maxConcurrency = caps[i];
        each.knobs.connectionReuse = i == 0 ? ConnectionReuse::Never : ConnectionReuse::Pooled;
        each.change = changes[i];
        each.start = 60.0 * static_cast<double>(i);
        each.end = each.start + 60;
        if (i == 3) continue; // still settling
        each.settlingSeconds = i == 0 ? 0 : 2.5;
        each.windowSeconds = 60 - each.settlingSeconds;
        each.successes = 126 + 600 * i;
        each.failures = 2;
        each.attempts = 130 + 610 * i;
        each.retries = 4 + i;
        each.successRate = 0.984 + 0.007 * static_cast<double>(i);
        each.successesPerHour = 2.5 / costs[i];
        each.costPerSuccess = costs[i];
        if (i > 0) each.costInterval = Interval{costs[i] * 0.96, costs[i] * 1.04};
        each.tFirstToken.p50 = 0.2;
        each.tFirstToken.p95 = 0.34 + 0.07 * static_cast<double>(i);
        each.tFirstToken.p99 = 0.6;
        each.tFirstToken.count = each.attempts;
        each.gapFraction = i == 0 ? 0.021 : 0.0004;
        each.newConnectionsPerSuccess = i == 0 ? 1.0 : 0.0063;
    }
    return out;
}

inline ResultRecord sampleRecord() {
    ResultRecord out;
    out.baselineName = "segment 1, cap 1, connections never reused";
    out.controlledName = "segment 3, cap 14";
    out.simulated = true;
    out.verdict = ResultRecord::Verdict::Improved;
    out.verdictText =
        "Cost per success fell to 7.2 % of the baseline (95 % interval 6.9 to 7.5 %) with 1,326 successes against 126.";
    out.rows = {
        {"cost per success", "USD", 0.0198, 0.00142, 0.0717, Interval{0.069, 0.075}, "each success costs a fourteenth"},
        {"successes an hour", "1/h", 126.3, 1760.6, 13.94, Interval{13.3, 14.5},
         "limited by the cap, not by the server"},
        {"success rate", "", 0.984, 0.998, 1.014, std::nullopt, "as reliable as before"},
        {"TTFT p95", "s", 0.34, 0.48, 1.41, Interval{1.3, 1.6},
         "first tokens come later: the price of sharing the server"},
        {"avoidable cost", "USD", std::nullopt, 0.0, std::nullopt, std::nullopt, "the baseline reported no tokens"}};
    return out;
}

} // namespace penstock::ui
