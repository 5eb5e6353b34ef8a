#pragma once

#include "engine/run_archive.h"
#include "tests/record/handmade_run.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>



namespace penstock::test {

/// Lets the event loop run until `done` says so.
inline bool wait(const std::function<bool()>& done) {
    QDeadlineTimer deadline(std::chrono::seconds{60});
    while (!done() && !deadline.hasExpired()) QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
    return done();
}

/// The answer to `call(callback)`.
template <typename T>
Result<T> ask(const std::function<void(RunArchive::Callback<T>)>& call) {
    auto answer = std::make_shared<std::optional<Result<T>>>();
    call([answer](Result<T> result) { answer->emplace(std::move(result)); });
    if (!wait([&] { return answer->has_value(); })) return Error{"no answer"};
    return std::move(**answer);
}

using Kind = RunArchive::ExportKind;
using Exported = RunArchive::Exported;

/// Two runs that are over, and an archive's answers waited for.
class ArchiveBench {
protected:
    QTemporaryDir temporary_;
    QString three_, many_;

    std::string at(const QString& name) const { return (temporary_.path() + "/" + name).toStdString(); }

    Result<RunOverview> open(RunArchive& archive, const QString& path) {
        return ask<RunOverview>([&](auto done) { archive.open(path.toStdString(), std::move(done)); });
    }
    Result<Exported> write(RunArchive& archive, Kind kind, const std::string& path) {
        return ask<Exported>([&](auto done) { archive.exportTo(kind, path, {}, std::move(done)); });
    }
    Result<RequestPage> page(RunArchive& archive, const RequestQuery& query = {}) {
        return ask<RequestPage>([&](auto done) { archive.requests(query, std::move(done)); });
    }

    /// A run of `count` requests, all alike.
    static void recordMany(Recorder& recorder, int count) {
        recorder.segment(someSegment(1, 4));
        for (int i = 0; i < count; ++i) {
            Span span;
            span.request = static_cast<RequestId>(i);
            span.customId = "request-" + std::to_string(i);
            span.segment = 1;
            span.stamps.queued = span.stamps.admitted = span.stamps.sent = test::at(i);
            span.stamps.firstToken = span.stamps.lastToken = span.stamps.completed = span.stamps.released = test::at(i + 3);
            span.outcome.kind = OutcomeKind::Success;
            span.outcome.status = 200;
            recorder.span(span, {});
            RequestResult result;
            result.id = span.request;
            result.customId = span.customId;
            result.outcome = span.outcome;
            result.completion.text = std::string(200, 'a');
            result.attempts = 1;
            result.segment = 1;
            result.ended = *span.stamps.completed;
            recorder.result(result);
        }
    }

    /// No file of an export that was given up lies in `folder`.
    static void hasOnly(const QString& folder, const QStringList& names) {
        QCOMPARE(QDir(folder).entryList(QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot | QDir::Hidden, QDir::Name), names);
    }

    void record() {
        three_ = temporary_.path() + "/three";
        many_ = temporary_.path() + "/many";
        {
            auto recorder = createRecorder(optionsFor(three_), someRun(), {});
            QVERIFY(recorder.ok());
            recordThreeRequests(**recorder);
            QVERIFY((*recorder)->close(threeRequestsTotals(), true).ok());
        }
        auto recorder = createRecorder(optionsFor(many_), someRun(), {});
        QVERIFY(recorder.ok());
        recordMany(**recorder, 30'000);
        QVERIFY((*recorder)->close({}, true).ok());
    }
};

} // namespace penstock::test
