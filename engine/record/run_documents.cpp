#include "engine/record/run_documents.h"

#include "engine/record/atomic_file.h"
#include "engine/record/summary_json.h"

namespace penstock::record {

namespace {

/// The segments with their sessions: what recomputing the window from spans.csv takes.
nlohmann::ordered_json segmentsJson(const Windows& windows) {
    auto array = nlohmann::ordered_json::array();
    for (const auto& segment : windows.segments)
        array.push_back({{"segment", segment.number},
                         {"session", segment.session},
                         {"start_seconds", static_cast<double>(segment.startNs) / 1e9},
                         {"max_concurrency", segment.maxConcurrency},
                         {"cost_per_hour", segment.costPerHour},
                         {"output_token_price", segment.outputTokenPrice}});
    return array;
}

} // namespace

std::string summaryText(const Summary& summary, const Windows& windows) {
    auto json = summaryJson(summary);
    json["segments"] = segmentsJson(windows);
    return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

Status writeWhole(const std::string& path, std::string_view content) {
    auto file = AtomicFile::open(path);
    if (!file) return file.error();
    if (auto status = file->write(content); !status) return status;
    return file->commit();
}

} // namespace penstock::record
