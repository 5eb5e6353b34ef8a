#include "engine/record/distribution.h"

#include "engine/base/percentile.h"

#include <limits>

namespace penstock::record {

Result<Percentiles> distributionOf(const RunFile& file, const std::string& expression) {
    Percentiles out;
    auto facts = file.prepare("SELECT count(v), avg(v) FROM (SELECT " + expression + " AS v FROM attempts)");
    if (!facts) return facts.error();
    if (auto status = file.run(*facts); !status) return status.error();
    if (const auto row = file.next(*facts); !row) return row.error();
    out.count = facts->value(0).toULongLong();
    if (out.count == 0) return out;
    out.mean = facts->value(1).toDouble() / 1e9;
    facts->finish();

    auto sorted =
        file.prepare("SELECT v FROM (SELECT " + expression + " AS v FROM attempts) WHERE v IS NOT NULL ORDER BY v");
    if (!sorted) return sorted.error();
    if (auto status = file.run(*sorted); !status) return status.error();
    std::uint64_t rank = 0;
    for (const auto& [percent, place] : {std::pair{50u, &out.p50}, {95u, &out.p95}, {99u, &out.p99}}) {
        for (; rank < nearestRank(out.count, percent); ++rank) {
            const auto row = file.next(*sorted);
            if (!row) return row.error();
            if (!*row) return Error{"the run file " + file.path() + ": it changed while it was read"};
        }
        *place = static_cast<double>(sorted->value(0).toLongLong()) / 1e9;
    }
    return out;
}

Result<Percentiles> interTokenGaps(const RunFile& file) {
    auto rows = file.prepare("SELECT low_ns, high_ns, sum(count) FROM itl GROUP BY low_ns ORDER BY low_ns");
    if (!rows) return rows.error();
    if (auto status = file.run(*rows); !status) return status.error();
    std::vector<Bucket> buckets;
    for (;;) {
        const auto more = file.next(*rows);
        if (!more) return more.error();
        if (!*more) break;
        buckets.push_back(
            {Nanos{rows->value(0).toLongLong()}, Nanos{rows->value(1).toLongLong()}, rows->value(2).toULongLong()});
    }
    auto out = percentilesOf(buckets);
    if (out.count == 0) return out;
    // The gaps of one stream add up to t_stream, and n content events have n - 1 gaps.
    const auto mean = file.value("SELECT total(last_token_ns - first_token_ns) / nullif(sum(content_events - 1), 0)"
                                 " FROM attempts WHERE content_events > 1");
    if (!mean) return mean.error();
    if (!mean->isNull()) out.mean = mean->toDouble() / 1e9;
    return out;
}

} // namespace penstock::record
