#include "engine/base/record_csv.h"

#include "engine/base/csv_line.h"

namespace penstock {

namespace {

const char* word(ResultRecord::Verdict verdict) {
    switch (verdict) {
    case ResultRecord::Verdict::None: break;
    case ResultRecord::Verdict::TooFewSamples: return "too few samples";
    case ResultRecord::Verdict::Improved: return "improved";
    case ResultRecord::Verdict::SurfaceOnly: return "surface only";
    case ResultRecord::Verdict::Regressed: return "regressed";
    }
    return "none";
}

} // namespace

std::string recordCsv(const ResultRecord& record) {
    CsvLine line;
    std::string out;
    for (const char* name : {"metric", "unit", "baseline", "controlled", "ratio", "ci_low", "ci_high", "interpretation"}) line.text(name);
    out += line.finish();
    const std::string prefix = record.simulated ? "simulated endpoint: " : "";
    for (const auto& row : record.rows) {
        const auto low = row.interval ? std::optional(row.interval->low) : std::nullopt;
        const auto high = row.interval ? std::optional(row.interval->high) : std::nullopt;
        line.text(row.metric).text(row.unit).number(row.baseline).number(row.controlled).number(row.ratio).number(low).number(high);
        out += line.text(prefix + row.interpretation).finish();
    }
    const auto words = [&](const char* name, const std::string& text) {
        line.text(name);
        for (int cell = 0; cell < 6; ++cell) line.empty();
        out += line.text(prefix + text).finish();
    };
    if (record.verdict != ResultRecord::Verdict::None) words("verdict", std::string(word(record.verdict)) + ": " + record.verdictText);
    if (!record.baselineName.empty()) words("compared", "baseline: " + record.baselineName + "; controlled: " + record.controlledName);
    return out;
}

} // namespace penstock
