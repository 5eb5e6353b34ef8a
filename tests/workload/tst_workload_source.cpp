#include "tests/workload/workload_files.h"

#include <QTest>

#include <filesystem>
#include <fstream>
#include <set>

using namespace penstock;
using namespace penstock::test;

namespace {

const std::string changed = " has changed since it was checked: put it back as it was and resume, or start a new run";

/// `id custom_id<parent` of each, joined by spaces.
std::string listed(const std::vector<Request>& requests) {
    std::string text;
    for (const auto& request : requests) {
        text += text.empty() ? "" : " ";
        text += std::to_string(request.id) + ":" + request.customId;
        if (request.parent) text += "<" + std::to_string(*request.parent);
        if (!request.body) text += "!";
    }
    return text;
}

std::string dialogue(const std::string& id, int turns) {
    std::string line = R"({"question_id":)" + id + R"(,"turns":[)";
    for (int i = 1; i <= turns; ++i)
        line += (i > 1 ? "," : "") + ("\"q" + std::to_string(i) + "\"");
    return line + "]}\n";
}

} // namespace

class TestWorkloadSource : public QObject {
    Q_OBJECT

    WorkloadFiles files_;

    std::unique_ptr<RequestSource> open(const WorkloadOptions& options) const {
        const auto check = checkWorkload(options);
        if (!check) qFatal("%s", check.error().message.c_str());
        auto source = openWorkload(options, *check);
        if (!source) qFatal("%s", source.error().message.c_str());
        return std::move(*source);
    }

    /// The next request, waiting for the reader.
    static Request take(RequestSource& source) {
        bool ready = false;
        source.setOnReady([&ready] { ready = true; });
        while (true) {
            auto next = source.next();
            if (auto* request = std::get_if<Request>(&next)) {
                source.setOnReady({});
                return std::move(*request);
            }
            if (!std::holds_alternative<RequestSource::NotYet>(next)) qFatal("no further request");
            if (!QTest::qWaitFor([&ready] { return ready; }, 60'000)) qFatal("the reader never called back");
            ready = false;
        }
    }

private Q_SLOTS:
    void idsRunInTheOrderOfTheFileWithTheTurnsOfADialogueNextToEachOther() {
        const auto drained = runThrough(
            optionsFor(files_.write("w", dialogue("81", 2) + "\n" + dialogue("\"x\"", 1) + dialogue("82", 3))));
        QCOMPARE(drained.error, std::string());
        QCOMPARE(listed(drained.requests), std::string("0:81/1 1:81/2<0 2:x/1 3:82/1 4:82/2<3 5:82/3<4"));
        QCOMPARE(drained.requests[5].line, std::uint64_t(4));
    }

    void aTurnIsSentWithTheWholeDialogueBeforeIt() {
        auto options = optionsFor(files_.write("w", dialogue("1", 3)));
        options.model = "m";
        options.maxTokens = 9;
        const auto source = open(options);
        const auto drained = drain(*source, [](const Request& request) {
            auto answer = answerOf(request.id == 0 ? "first\n\"answer\" \xFF" : "");
            answer.reasoning = "thoughts";
            answer.refusal = "I will not";
            return std::optional(answer);
        });
        QCOMPARE(*drained.requests[2].body,
                 std::string(R"({"model":"m","messages":[{"role":"user","content":"q1"},)"
                             "{\"role\":\"assistant\",\"content\":\"first\\n\\\"answer\\\" "
                             "\xEF\xBF\xBD"
                             "\"},"
                             R"({"role":"user","content":"q2"},{"role":"assistant","content":"I will not"},)"
                             R"({"role":"user","content":"q3"}],"max_tokens":9,"stream":true,)"
                             R"("stream_options":{"include_usage":true}})"));
    }

    void whenATurnFailsAllLaterOnesComeWithoutABody() {
        const auto source = open(optionsFor(files_.write("w", dialogue("1", 4) + dialogue("2", 2))));
        const auto drained = drain(*source, [](const Request& request) {
            return request.customId == "1/2" ? std::nullopt : std::optional(answerOf("a"));
        });
        QCOMPARE(listed(drained.requests), std::string("0:1/1 1:1/2<0 2:1/3<1! 3:1/4<2! 4:2/1 5:2/2<4"));
    }

    void aRequestThatNothingDependsOnBringsNothing() {
        const auto source = open(optionsFor(files_.write("w", "one\n")));
        const auto answer = answerOf("a");
        QCOMPARE(take(*source).id, RequestId(0));
        QVERIFY(!source->finished(0, &answer));
        QVERIFY(!source->finished(0, &answer));
        QVERIFY(!source->finished(99, nullptr));
    }

    void turnsComeOnlyFromTheEndOfTheTurnBefore() {
        const auto source = open(optionsFor(files_.write("w", dialogue("1", 2) + dialogue("2", 2))));
        QCOMPARE(take(*source).customId, std::string("1/1"));
        QCOMPARE(take(*source).customId, std::string("2/1"));
        bool ended = false;
        source->setOnReady([] {});
        QVERIFY(QTest::qWaitFor([&] { return ended = std::holds_alternative<RequestSource::End>(source->next()); },
                                60'000));
        const auto answer = answerOf("a");
        QCOMPARE(source->finished(2, &answer)->customId, std::string("2/2"));
        QCOMPARE(source->finished(0, &answer)->customId, std::string("1/2"));
        QVERIFY(!source->finished(3, &answer));
        QVERIFY(!source->finished(1, nullptr));
        QVERIFY(std::holds_alternative<RequestSource::End>(source->next()));
    }

    void aResumedRunMakesTheSameRequestsFromStoredAnswers() {
        const auto options = optionsFor(files_.write("w", dialogue("1", 3) + dialogue("2", 3) + dialogue("3", 3)));
        const auto source = open(options);
        const auto first =
            drain(*source, [](const Request& request) { return answerOf("answer to " + request.customId); });
        // The earlier session finished 0 and 1 of the first dialogue, failed 3 of the second, and had not begun the
        // third.
        const auto resumed = open(options);
        std::vector<Request> unfinished;
        const auto again = drain(*resumed, [&](const Request& request) -> std::optional<Completion> {
            if (request.id == 3) return std::nullopt;
            if (request.id > 1) unfinished.push_back(request);
            return answerOf("answer to " + request.customId);
        });
        QCOMPARE(listed(first.requests),
                 std::string("0:1/1 1:1/2<0 2:1/3<1 3:2/1 4:2/2<3 5:2/3<4 6:3/1 7:3/2<6 8:3/3<7"));
        QCOMPARE(listed(again.requests),
                 std::string("0:1/1 1:1/2<0 2:1/3<1 3:2/1 4:2/2<3! 5:2/3<4! 6:3/1 7:3/2<6 8:3/3<7"));
        QCOMPARE(listed(unfinished), std::string("2:1/3<1 6:3/1 7:3/2<6 8:3/3<7"));
        QCOMPARE(*unfinished[0].body, *first.requests[2].body);
        QCOMPARE(*unfinished[3].body, *first.requests[8].body);
    }

    void passesFollowEachOtherWithTheirMark() {
        auto options = optionsFor(files_.write("w", dialogue("1", 2) + dialogue("2", 1)));
        options.repeat = 3;
        QCOMPARE(listed(runThrough(options).requests),
                 std::string("0:1/1 1:1/2<0 2:2/1 3:1/1#2 4:1/2#2<3 5:2/1#2 6:1/1#3 "
                             "7:1/2#3<6 8:2/1#3"));
    }

    void theLimitHoldsInEachPass() {
        auto options = optionsFor(files_.write("w", "\none\ntwo\nthree\n"));
        options.repeat = 2;
        options.limit = 2;
        QCOMPARE(listed(runThrough(options).requests), std::string("0:line-2 1:line-3 2:line-2#2 3:line-3#2"));
    }

    void repeatZeroGoesOnUntilStopped() {
        auto options = optionsFor(files_.write("w", "one\ntwo\n"));
        options.repeat = 0;
        const auto source = open(options);
        for (RequestId id = 0; id < 1000; ++id)
            QCOMPARE(take(*source).id, id);
        QCOMPARE(take(*source).customId, std::string("line-1#501"));
    }

    void badLinesAreLeftOutAndTheOthersKeepTheirLines() {
        auto options = optionsFor(files_.write("w", "{\"prompt\":\"a\"}\n{}\n\xFF\n\r\n{\"prompt\":\"b\"}"),
                                  WorkloadFormat::Prompts);
        options.skipBadLines = true;
        QCOMPARE(listed(runThrough(options).requests), std::string("0:line-1 1:line-5"));
    }

    void everyRequestThatWasCountedComesOnce() {
        std::string bytes;
        for (int i = 0; i < 20'000; ++i)
            bytes += "prompt " + std::to_string(i) + " " + std::string(static_cast<std::size_t>(i % 97), 'x') + "\n";
        const auto drained = runThrough(optionsFor(files_.write("w", bytes)));
        QCOMPARE(drained.error, std::string());
        QCOMPARE(drained.requests.size(), std::size_t(20'000));
        for (std::size_t i = 0; i < drained.requests.size(); ++i) {
            QCOMPARE(drained.requests[i].id, RequestId(i));
            QVERIFY(drained.requests[i].body->find("\"prompt " + std::to_string(i) + " ") != std::string::npos);
        }
    }

    void aFileOfAnotherSizeIsRefusedAtOnce() {
        const auto options = optionsFor(files_.write("w", "one\ntwo\n"));
        const auto check = checkWorkload(options);
        files_.write("w", "one\ntwo\nthree\n");
        auto source = openWorkload(options, *check);
        QVERIFY(!source.ok());
        QCOMPARE(without(source.error().message, files_.path("")), "w" + changed);
        std::filesystem::remove(options.path);
        QCOMPARE(without(openWorkload(options, *check).error().message, files_.path("")),
                 std::string("cannot read w: there is no such file"));
    }

    void aChangeOfOneByteIsFoundBeforeARequestIsMadeOfIt() {
        // Three blocks of a MiB and a bit; one byte in the third one changes, and the size stays.
        std::string bytes;
        for (int i = 0; bytes.size() < 7 * 512 * 1024; ++i)
            bytes += "prompt " + std::to_string(i) + " " + std::string(2000, 'x') + "\n";
        const auto options = optionsFor(files_.write("w", bytes));
        const auto check = checkWorkload(options);
        bytes[5 * 512 * 1024] = 'y';
        files_.write("w", bytes);
        auto source = openWorkload(options, *check);
        QVERIFY(source.ok());
        const auto drained = drain(**source, [](const Request&) { return answerOf("a"); });
        QCOMPARE(without(drained.error, files_.path("")), "w" + changed);
        // All lines that end within the first two blocks, and none of the third.
        const auto whole = std::count(bytes.begin(), bytes.begin() + 2 * 1024 * 1024, '\n');
        QCOMPARE(drained.requests.size(), static_cast<std::size_t>(whole));
        for (const auto& request : drained.requests)
            QVERIFY(request.body->find('y') == std::string::npos);
        const auto again = (*source)->next();
        QVERIFY(std::holds_alternative<Error>(again));
    }

    void aChangeInAShortFileYieldsNoRequestAtAll() {
        const auto options = optionsFor(files_.write("w", "one\ntwo\n"));
        const auto check = checkWorkload(options);
        files_.write("w", "one\ntwa\n");
        auto source = openWorkload(options, *check);
        const auto drained = drain(**source, [](const Request&) { return answerOf("a"); });
        QCOMPARE(drained.requests.size(), std::size_t(0));
        QCOMPARE(without(drained.error, files_.path("")), "w" + changed);
    }

    void aChangeBetweenTwoPassesIsFound() {
        auto options = optionsFor(files_.write("w", std::string(100, 'a') + "\n"));
        options.repeat = 1'000'000;
        const auto source = open(options);
        take(*source);
        files_.write("w", std::string(100, 'b') + "\n");
        const auto drained = drain(*source, [](const Request&) { return answerOf("a"); });
        QCOMPARE(without(drained.error, files_.path("")), "w" + changed);
        for (const auto& request : drained.requests)
            QVERIFY(request.body->find('b') == request.body->find("bbb"));
        for (const auto& request : drained.requests)
            QVERIFY(request.body->find("bbb") == std::string::npos);
    }

    void aFileThatIsCutWhileItIsReadIsFound() {
        std::string bytes;
        while (bytes.size() < 20u * 1024 * 1024)
            bytes += std::string(100'000, 'x') + "\n";
        const auto options = optionsFor(files_.write("w", bytes));
        const auto source = open(options);
        take(*source); // the reader is at most 8 MiB of bodies and a block ahead
        std::filesystem::resize_file(options.path, 12u * 1024 * 1024);
        const auto drained = drain(*source, [](const Request&) { return answerOf("a"); });
        QCOMPARE(without(drained.error, files_.path("")), "w" + changed);
        QVERIFY(drained.requests.size() < 12u * 1024 * 1024 / 100'001);
    }

    void whatIsAppendedAfterTheStartIsNotRead() {
        const auto options = optionsFor(files_.write("w", "one\ntwo"));
        const auto check = checkWorkload(options);
        auto source = openWorkload(options, *check);
        // Appended, not written anew: the reader may be reading meanwhile, and must never see a shorter file.
        std::ofstream(options.path, std::ios::binary | std::ios::app) << " and more\nthree\n";
        const auto drained = drain(**source, [](const Request&) { return answerOf("a"); });
        QCOMPARE(drained.error, std::string());
        QCOMPARE(drained.requests.size(), std::size_t(2));
        QVERIFY(drained.requests[1].body->find(R"("content":"two")") != std::string::npos);
    }

    void aCallbackMayEndTheSource() {
        auto options = optionsFor(files_.write("w", "one\n"));
        options.repeat = 0;
        for (int round = 0; round < 50; ++round) {
            auto source = open(options);
            bool called = false;
            source->setOnReady([&] {
                called = true;
                source.reset();
            });
            // Only when the reader was behind is there a call to wait for.
            if (std::holds_alternative<RequestSource::NotYet>(source->next()))
                QVERIFY(QTest::qWaitFor([&] { return called; }, 60'000));
        }
    }

    void severalNotYetsInARowMakeOneCallHoweverMuchIsReady() {
        // The first line takes the reader a while, so that it is behind when it is asked.
        auto options = optionsFor(files_.write("w", std::string(4 * 1024 * 1024, 'x') + "\none\ntwo\n"));
        options.repeat = 0;
        for (int round = 0; round < 100; ++round) {
            const auto source = open(options);
            int calls = 0;
            source->setOnReady([&calls] { ++calls; });
            const bool first = std::holds_alternative<RequestSource::NotYet>(source->next());
            const bool second = first && std::holds_alternative<RequestSource::NotYet>(source->next());
            if (!second) continue;
            QCOMPARE(calls, 0);
            QVERIFY(readerWaitsForRoom());
            QCoreApplication::processEvents();
            QCOMPARE(calls, 1);
            QVERIFY(std::holds_alternative<Request>(source->next()));
            QVERIFY(std::holds_alternative<Request>(source->next()));
            QCoreApplication::processEvents();
            QCOMPARE(calls, 1);
            return;
        }
        QFAIL("the reader was never behind");
    }

    void mtBenchAsPublishedMakes160RequestsWithIdsOfTheirOwn() {
        const auto path = qEnvironmentVariable("PENSTOCK_SHARED") + "/data/mt_bench_questions.jsonl";
        if (!QFile::exists(path)) QSKIP("PENSTOCK_SHARED names no folder with data/mt_bench_questions.jsonl");
        const auto drained = runThrough(optionsFor(path.toStdString()));
        QCOMPARE(drained.error, std::string());
        QCOMPARE(drained.requests.size(), std::size_t(160));
        std::set<std::string> customIds;
        for (std::size_t i = 0; i < 160; ++i) {
            const auto& request = drained.requests[i];
            QCOMPARE(request.id, RequestId(i));
            QCOMPARE(request.customId, std::to_string(81 + i / 2) + "/" + std::to_string(i % 2 + 1));
            QCOMPARE(request.parent.has_value(), i % 2 == 1);
            customIds.insert(request.customId);
            if (i % 2 == 1)
                QVERIFY(request.body->find("answer to " + drained.requests[i - 1].customId) != std::string::npos);
        }
        QCOMPARE(customIds.size(), std::size_t(160));
    }
};

QTEST_GUILESS_MAIN(TestWorkloadSource)
#include "tst_workload_source.moc"
