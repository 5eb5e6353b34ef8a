// How long it takes to read a run of many spans: its overview, and the first, a deep and the last page in each order.
//
// usage: bench_run_reader [SPANS, default 1000000] [cut: the run was cut off, so nothing was prepared at its end]

#include "engine/record/request_pages.h"
#include "engine/record/run_overview.h"
#include "engine/record/sample_series.h"
#include "tests/bench/made_spans.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QTemporaryDir>

#include <cstdio>
#include <cstdlib>
#include <string_view>

using namespace penstock;

namespace {

bool make(const std::string& folder, RequestId spans, bool cut) {
    const Instant epoch{std::chrono::hours{1}};
    auto recorder = bench::madeRun(folder, epoch);
    if (!recorder) return false;
    const std::string answer(400, 'a');
    for (RequestId id = 0; id < spans; ++id) {
        const auto span = bench::madeSpan(id, epoch, true);
        SessionTotals totals;
        totals.firstQueued = epoch;
        (*recorder)->span(span, totals);
        auto result = bench::madeResult(span, answer + std::to_string(id));
        result.requestBody = std::make_shared<const std::string>(
            "{\"messages\":[{\"role\":\"user\",\"content\":\"Question number " + std::to_string(id) + " about rivers\"}]}");
        (*recorder)->result(result);
        if (id % 2000 == 0) {
            Snapshot sample;
            sample.sequence = id;
            sample.elapsedSeconds = static_cast<double>(id) * toSeconds(bench::apart);
            (*recorder)->sample(sample);
        }
        bench::waitForRoom(**recorder);
    }
    return cut || (*recorder)->close({}, true).ok();
}

} // namespace

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    const auto spans = static_cast<RequestId>(argc > 1 ? std::atoll(argv[1]) : 1'000'000);
    const bool cut = argc > 2 && std::string_view(argv[2]) == "cut";
    QTemporaryDir temporary;
    const auto folder = temporary.path().toStdString() + "/run";
    QElapsedTimer timer;
    timer.start();
    if (!make(folder, spans, cut)) return 1;
    const auto path = folder + "/run.penstock";
    std::printf("%llu spans made in %.1f s, %.0f MB\n", static_cast<unsigned long long>(spans), static_cast<double>(timer.restart()) / 1e3,
                static_cast<double>(QFileInfo(QString::fromStdString(path)).size()) / 1e6);
    const auto took = [&](const char* what, bool good) {
        std::printf("%-34s %8.1f ms%s\n", what, static_cast<double>(timer.nsecsElapsed()) / 1e6, good ? "" : "  FAILED");
        timer.restart();
        return good;
    };
    bool good = true;
    timer.restart();
    auto file = record::RunFile::openToRead(path);
    if (!file) return 1;
    const auto run = record::readOverview(**file);
    good &= took("open, overview", run.ok());
    record::RequestPages pages(**file);
    using Order = RequestQuery::Order;
    const std::pair<const char*, Order> orders[] = {{"ended", Order::Ended}, {"custom id", Order::CustomId}, {"outcome", Order::Outcome},
                                                    {"first token", Order::FirstToken}, {"in flight", Order::InFlight},
                                                    {"tokens", Order::Tokens}, {"attempts", Order::Attempts}};
    for (const auto& [name, order] : orders)
        for (const bool descending : {true, false})
            for (const auto& [where, offset] : {std::pair{"first page", std::uint64_t{0}}, {"middle", spans / 2}, {"last page", spans - 200}}) {
                RequestQuery query;
                query.order = order;
                query.descending = descending;
                query.offset = offset;
                timer.restart();
                const auto page = pages.page(query);
                const auto title = std::string(name) + (descending ? " down, " : " up, ") + where;
                good &= took(title.c_str(), page.ok() && page->rows.size() == 200 && page->total == spans);
            }
    RequestQuery failed;
    failed.which = RequestQuery::Which::Failed;
    failed.order = Order::FirstToken;
    timer.restart();
    good &= took("failed, by first token", pages.page(failed).ok());
    RequestQuery before;
    before.endedBefore = static_cast<double>(spans) * 10e-6;
    before.order = Order::Tokens;
    timer.restart();
    good &= took("as of the middle, by tokens", pages.page(before).ok());
    RequestQuery text;
    text.text = "number 123456 ";
    timer.restart();
    good &= took("text search", pages.page(text).ok());
    text.offset = 1;
    timer.restart();
    good &= took("text search, next page", pages.page(text).ok());
    timer.restart();
    good &= took("detail", record::readDetail(**file, spans / 2).ok());
    timer.restart();
    good &= took("samples, 1000 points", record::readSamples(**file, 1000).ok());
    return good ? 0 : 1;
}
