#pragma once

#include "engine/measure/aggregates.h"
#include "engine/record/cut_off_runs.h"
#include "engine/record/request_pages.h"
#include "engine/record/run_export.h"
#include "engine/record/run_folders.h"
#include "engine/record/run_overview.h"
#include "engine/record/sample_series.h"
#include "engine/record/summary_json.h"
#include "tests/record/handmade_run.h"

#include <QDir>
#include <QProcess>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <random>
#include <thread>

namespace penstock::test {

using namespace penstock::record;

inline std::string inFolder(const QString& folder) { return (folder + "/run.penstock").toStdString(); }

inline std::vector<RequestId> idsOf(const RequestPage& page) {
    std::vector<RequestId> out;
    for (const auto& row : page.rows) out.push_back(row.id);
    return out;
}

using Ids = std::vector<RequestId>;

/// A request that was asked once, under `segment`, from queued to released in milliseconds, with its first token half way.
inline Span once(RequestId id, std::uint32_t segment, int queued, int admitted, int released, bool good = true) {
    Span span;
    span.request = id;
    span.customId = "request-" + std::to_string(id);
    span.spanId = "0123456789abcdef";
    span.parentId = "fedcba9876543210";
    span.segment = segment;
    span.httpVersion = "1.1";
    auto& s = span.stamps;
    s.queued = at(queued);
    s.admitted = s.sent = at(admitted);
    s.firstByte = s.firstEvent = s.firstToken = at(admitted + (released - admitted) / 2);
    s.lastToken = s.completed = s.released = at(released);
    span.outcome.kind = good ? OutcomeKind::Success : OutcomeKind::CutStream;
    span.outcome.status = 200;
    if (!good) span.outcome.message = "the stream ended without [DONE]";
    span.usage = {UsageKind::Exact, 10, 20, 30, {}, {}};
    return span;
}

inline RequestResult resultOf(const Span& last, const std::string& text, const std::string& body = {}) {
    RequestResult result;
    result.id = last.request;
    result.customId = last.customId;
    result.line = last.request + 1;
    result.outcome = last.outcome;
    result.completion.text = text;
    result.completion.usage = last.usage;
    result.attempts = last.attempt;
    result.segment = last.segment;
    result.ended = *last.stamps.completed;
    if (!body.empty()) result.requestBody = std::make_shared<const std::string>(body);
    return result;
}

/// A request body; `text` is the inside of a JSON string.
inline std::string chatBody(const std::string& text) {
    return "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"" + text + "\"}]}";
}

/// Run files of the test's own, and a look into them.
class ReaderBench {
protected:
    QTemporaryDir temporary_;
    int made_ = 0;

    QString newFolder() { return temporary_.path() + "/r" + QString::number(++made_); }

    std::unique_ptr<Recorder> create(const QString& folder, const RunInfo& info = someRun()) {
        auto recorder = createRecorder(optionsFor(folder), info, {});
        if (!recorder) qFatal("%s", recorder.error().message.c_str());
        return std::move(*recorder);
    }

    std::unique_ptr<RunFile> reading(const QString& folder) {
        auto file = RunFile::openToRead(inFolder(folder));
        if (!file) qFatal("%s", file.error().message.c_str());
        return std::move(*file);
    }

    /// Three requests by hand, closed.
    QString threeRequests(Summary* summary = nullptr) {
        const auto folder = newFolder();
        auto recorder = create(folder);
        recordThreeRequests(*recorder);
        auto closed = recorder->close(threeRequestsTotals(), true);
        if (!closed) qFatal("%s", closed.error().message.c_str());
        if (summary) *summary = *closed;
        return folder;
    }

    RequestPage pageOf(const QString& folder, const RequestQuery& query) {
        const auto file = reading(folder);
        auto page = RequestPages(*file).page(query);
        if (!page) qFatal("%s", page.error().message.c_str());
        return *page;
    }
};

} // namespace penstock::test
