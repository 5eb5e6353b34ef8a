#include "engine/simulator/simulator.h"
#include "tests/simulator/raw_request.h"

#include <QElapsedTimer>
#include <QFile>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QProcess>
#include <QSslConfiguration>
#include <QStandardPaths>
#include <QTest>

#include <set>
#include <thread>

using namespace penstock;
using namespace std::chrono_literals;
using nlohmann::json;
using test::RawRequest;

namespace {

constexpr int patience = 20000; // milliseconds; nothing here takes that long but on a stalled machine

SimulatorOptions fastOptions() {
    SimulatorOptions options;
    options.prefillTokensPerSecond = 1e6;
    options.stepBase = 1ms;
    options.stepPerSequence = 0ms;
    return options;
}

/// So slow that what was sent together is there together.
SimulatorOptions slowOptions() {
    SimulatorOptions options = fastOptions();
    options.stepBase = 30ms;
    return options;
}

std::unique_ptr<Simulator> start(const SimulatorOptions& options) {
    auto simulator = startSimulator(options);
    if (!simulator) qFatal("%s", simulator.error().message.c_str());
    return std::move(simulator.value());
}

QUrl url(const Simulator& simulator, const char* path = "/v1/chat/completions") {
    QUrl url(QString::fromStdString(simulator.baseUrl()));
    url.setPath(QString::fromLatin1(path));
    return url;
}

quint16 port(const Simulator& simulator) {
    return static_cast<quint16>(url(simulator).port());
}

std::string chatBody(const std::string& prompt, bool stream, int maxTokens = 0, bool usage = false) {
    json body = {{"model", "any"}, {"messages", {{{"role", "user"}, {"content", prompt}}}}};
    if (stream) body["stream"] = true;
    if (maxTokens > 0) body["max_tokens"] = maxTokens;
    if (usage) body["stream_options"] = {{"include_usage", true}};
    return body.dump();
}

struct Reply {
    int status = 0;
    QNetworkReply::NetworkError error{};
    std::string body;
    std::map<std::string, std::string> headers;
    bool http2 = false;
    json document() const { return json::parse(body, nullptr, false); }
};

Reply finish(QNetworkReply* reply) {
    const std::unique_ptr<QNetworkReply> owned(reply);
    if (!QTest::qWaitFor([&] { return reply->isFinished(); }, patience)) qFatal("no answer");
    Reply result;
    result.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    result.error = reply->error();
    result.body = reply->readAll().toStdString();
    result.http2 = reply->attribute(QNetworkRequest::Http2WasUsedAttribute).toBool();
    for (const auto& [name, value] : reply->rawHeaderPairs())
        result.headers[name.toLower().toStdString()] = value.toStdString();
    return result;
}

QNetworkRequest request(const QUrl& url) {
    QNetworkRequest request(url);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
    return request;
}

Reply post(QNetworkAccessManager& network, const QUrl& url, const std::string& body) {
    return finish(network.post(request(url), QByteArray::fromStdString(body)));
}

Reply get(QNetworkAccessManager& network, const QUrl& url) {
    return finish(network.get(request(url)));
}

/// The data of each event; anything else between events is a failure of the caller's.
std::vector<std::string> eventsOf(const std::string& stream) {
    std::vector<std::string> events;
    std::size_t at = 0;
    while (stream.compare(at, 6, "data: ") == 0) {
        const auto end = stream.find("\n\n", at);
        if (end == std::string::npos) break;
        events.push_back(stream.substr(at + 6, end - at - 6));
        at = end + 2;
    }
    if (at != stream.size()) events.push_back("not an event: " + stream.substr(at));
    return events;
}

std::string textOf(const std::vector<std::string>& events) {
    std::string text;
    for (const auto& event : events) {
        const json chunk = json::parse(event, nullptr, false);
        if (chunk.is_object() && chunk.contains("choices") && !chunk["choices"].empty())
            text += chunk["choices"][0]["delta"].value("content", "");
    }
    return text;
}

} // namespace

class TstSimulator : public QObject {
    Q_OBJECT

    QNetworkAccessManager network_;

private Q_SLOTS:
    void aStreamHasOpenAisChunksFromRoleToDone() {
        const auto simulator = start(fastOptions());
        const auto reply = post(network_, url(*simulator), chatBody("Why is the sky blue?", true, 6, true));
        QCOMPARE(reply.status, 200);
        QVERIFY(reply.headers.at("content-type").starts_with("text/event-stream"));
        QVERIFY(reply.headers.at("server").find("simulation") != std::string::npos);

        const auto events = eventsOf(reply.body);
        QCOMPARE(events.size(), 10u); // role, 6 tokens, finish, usage, [DONE]
        QCOMPARE(events.back(), std::string("[DONE]"));
        const std::string id = json::parse(events[0])["id"];
        for (std::size_t i = 0; i < 9; ++i) {
            const json chunk = json::parse(events[i]);
            QCOMPARE(chunk["id"].get<std::string>(), id);
            QCOMPARE(chunk["object"].get<std::string>(), std::string("chat.completion.chunk"));
            QCOMPARE(chunk["model"].get<std::string>(), std::string("simulated-8b"));
            QVERIFY(chunk["system_fingerprint"].get<std::string>().find("simulation") != std::string::npos);
            QVERIFY(chunk["created"].get<std::int64_t>() > 1700000000);
            QCOMPARE(chunk["usage"].is_null(), i != 8);
        }
        QCOMPARE(json::parse(events[0])["choices"][0]["delta"].dump(),
                 std::string(R"({"content":"","role":"assistant"})"));
        for (std::size_t i = 1; i <= 6; ++i) {
            const json choice = json::parse(events[i])["choices"][0];
            QVERIFY(!choice["delta"]["content"].get<std::string>().empty());
            QVERIFY(choice["finish_reason"].is_null());
        }
        const json last = json::parse(events[7])["choices"][0];
        QVERIFY(last["delta"].empty());
        QCOMPARE(last["finish_reason"].get<std::string>(), std::string("length"));
        const json usage = json::parse(events[8]);
        QVERIFY(usage["choices"].empty());
        QCOMPARE(usage["usage"]["prompt_tokens"].get<int>(), 5); // 20 bytes
        QCOMPARE(usage["usage"]["completion_tokens"].get<int>(), 6);
        QCOMPARE(usage["usage"]["total_tokens"].get<int>(), 11);
    }

    void withoutIncludeUsageNoChunkSpeaksOfUsage() {
        const auto simulator = start(fastOptions());
        const auto reply = post(network_, url(*simulator), chatBody("Hello", true, 3));
        QCOMPARE(eventsOf(reply.body).size(), 6u);
        QVERIFY(reply.body.find("usage") == std::string::npos);
    }

    void aDocumentHoldsTheSameTextAsTheStreamAndItsUsage() {
        const auto simulator = start(fastOptions());
        const auto streamed = eventsOf(post(network_, url(*simulator), chatBody("Tell me more", true, 0, true)).body);
        const auto reply = post(network_, url(*simulator), chatBody("Tell me more", false));
        QCOMPARE(reply.headers.at("content-type"), std::string("application/json"));
        const json document = reply.document();
        QCOMPARE(document["object"].get<std::string>(), std::string("chat.completion"));
        const json choice = document["choices"][0];
        QCOMPARE(choice["message"]["role"].get<std::string>(), std::string("assistant"));
        QCOMPARE(choice["message"]["content"].get<std::string>(), textOf(streamed));
        QCOMPARE(choice["finish_reason"].get<std::string>(), std::string("stop"));
        QCOMPARE(document["usage"], json::parse(streamed[streamed.size() - 2])["usage"]);
        QCOMPARE(document["usage"]["completion_tokens"].get<std::size_t>(), streamed.size() - 4);
    }

    void theSameSeedAnswersAlikeAndAnotherDoesNot() {
        SimulatorOptions options = fastOptions();
        const auto ask = [&] {
            const auto simulator = start(options);
            QNetworkAccessManager network;
            return post(network, url(*simulator), chatBody("What is the plan?", true)).body;
        };
        const auto first = textOf(eventsOf(ask()));
        QCOMPARE(textOf(eventsOf(ask())), first);
        options.seed = 2;
        QVERIFY(textOf(eventsOf(ask())) != first);
    }

    void chunksHaveTheFieldsOfRecordedOnes() {
        const QString folder = qEnvironmentVariable("PENSTOCK_SHARED") + QStringLiteral("/data/streams/");
        std::set<std::string> known, knownInChoice;
        for (const char* name : {"02_openai_chat_text.sse", "10_vllm_crusoe_text.sse"}) {
            QFile file(folder + QString::fromLatin1(name));
            if (!file.open(QIODevice::ReadOnly)) QSKIP("no recorded streams: PENSTOCK_SHARED does not lead to them");
            for (const auto& event : eventsOf(file.readAll().toStdString())) {
                const json chunk = json::parse(event, nullptr, false);
                if (!chunk.is_object()) continue;
                for (const auto& [key, value] : chunk.items())
                    known.insert(key);
                for (const auto& choice : chunk["choices"])
                    for (const auto& [key, value] : choice.items())
                        knownInChoice.insert(key);
            }
        }
        const auto simulator = start(fastOptions());
        const auto events = eventsOf(post(network_, url(*simulator), chatBody("Hello", true, 3, true)).body);
        for (std::size_t i = 0; i + 1 < events.size(); ++i) {
            const json chunk = json::parse(events[i]);
            for (const auto& [key, value] : chunk.items())
                QVERIFY2(known.contains(key), key.c_str());
            for (const auto& choice : chunk["choices"])
                for (const auto& [key, value] : choice.items())
                    QVERIFY2(knownInChoice.contains(key), key.c_str());
        }
    }

    void modelsAndStatsSayThatThisIsASimulation() {
        const auto simulator = start(fastOptions());
        const json models = get(network_, url(*simulator, "/v1/models")).document();
        QCOMPARE(models["data"][0]["id"].get<std::string>(), std::string("simulated-8b"));
        QCOMPARE(models["data"][0]["simulated"].get<bool>(), true);
        const json stats = get(network_, url(*simulator, "/stats")).document();
        QCOMPARE(stats["simulated"].get<bool>(), true);
        QCOMPARE(stats["other_requests"].get<int>(), 2);
        QCOMPARE(stats["requests"].get<int>(), 0);
    }

    void pathsAndMethodsThatDoNotExistAreRefusedInOpenAisShape() {
        const auto simulator = start(fastOptions());
        const auto missing = get(network_, url(*simulator, "/v1/embeddings"));
        QCOMPARE(missing.status, 404);
        QCOMPARE(missing.document()["error"]["type"].get<std::string>(), std::string("invalid_request_error"));
        const auto wrong = get(network_, url(*simulator));
        QCOMPARE(wrong.status, 405);
        QCOMPARE(wrong.headers.at("allow"), std::string("POST"));
        QCOMPARE(get(network_, url(*simulator, "/stats/reset")).status, 405);
    }

    void badBodiesAreRefusedByField_data() {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("param");
        const auto row = [](const char* name, const QByteArray& body, const char* param) {
            QTest::newRow(name) << body << QString::fromLatin1(param);
        };
        const QByteArray messages = R"("messages":[{"role":"user","content":"hi"}])";
        row("empty", "", "");
        row("no JSON", "{\"messages\":", "");
        row("no object", "[1,2]", "");
        row("bad UTF-8", "{\"messages\":[{\"role\":\"user\",\"content\":\"\xff\"}]}", "");
        row("too deep", QByteArray(200000, '['), "");
        row("too deep inside", "{" + messages + ",\"x\":" + QByteArray(80, '[') + QByteArray(80, ']') + "}", "");
        row("no messages", "{}", "messages");
        row("no message", R"({"messages":[]})", "messages");
        row("message is text", R"({"messages":["hi"]})", "messages[0]");
        row("no role", R"({"messages":[{"content":"hi"}]})", "messages[0].role");
        row("content is a number", R"({"messages":[{"role":"user","content":5}]})", "messages[0].content");
        row("part is text", R"({"messages":[{"role":"user","content":["hi"]}]})", "messages[0].content");
        row("max_tokens 0", "{" + messages + ",\"max_tokens\":0}", "max_tokens");
        row("max_tokens negative", "{" + messages + ",\"max_completion_tokens\":-1}", "max_completion_tokens");
        row("max_tokens not whole", "{" + messages + ",\"max_tokens\":1.5}", "max_tokens");
        row("stream is text", "{" + messages + ",\"stream\":\"yes\"}", "stream");
        row("options without stream", "{" + messages + ",\"stream_options\":{\"include_usage\":true}}",
            "stream_options");
        row("two answers", "{" + messages + ",\"n\":2}", "n");
        row("model is a number", "{" + messages + ",\"model\":4}", "model");
        row("beyond the context", QByteArray::fromStdString(chatBody(std::string(4 * 3600, 'x'), false)), "messages");
    }

    void badBodiesAreRefusedByField() {
        QFETCH(QByteArray, body);
        QFETCH(QString, param);
        const auto simulator = start(fastOptions());
        const auto reply = post(network_, url(*simulator), body.toStdString());
        QCOMPARE(reply.status, 400);
        const json error = reply.document()["error"];
        QVERIFY(!error["message"].get<std::string>().empty());
        QCOMPARE(error["param"].is_null() ? QString() : QString::fromStdString(error["param"]), param);
        const json stats = simulator->stats();
        QCOMPARE(stats["bad_requests"].get<int>(), 1);
        QCOMPARE(stats["live"].get<int>(), 0);
    }

    void oddButValidBodiesAreAnswered() {
        const auto simulator = start(fastOptions());
        for (
            const char* body :
            {R"({"messages":[{"role":"user","content":[{"type":"text","text":"hi"},{"type":"image_url","image_url":{"url":"x"}}]}],"max_tokens":2})",
             R"({"messages":[{"role":"assistant","content":null,"tool_calls":[]}],"max_tokens":2,"n":1,"stream":null})",
             R"({"messages":[{"role":"user","content":"[[[[ \" ]]]]"}],"max_completion_tokens":2,"max_tokens":null})",
             R"({"messages":[{"role":"user","content":"hi"}],"max_tokens":18446744073709551615,"max_completion_tokens":2})"})
            QCOMPARE(post(network_, url(*simulator), body).document()["usage"]["completion_tokens"].get<int>(), 2);
    }

    void liveAndPeakCountWhatWasReceivedAndNotYetAnswered() {
        const auto simulator = start(slowOptions());
        std::vector<std::unique_ptr<RawRequest>> requests;
        for (int i = 0; i < 9; ++i)
            requests.push_back(
                std::make_unique<RawRequest>(port(*simulator), chatBody("Number " + std::to_string(i), true, 12)));
        QTRY_COMPARE_WITH_TIMEOUT(simulator->stats()["live"].get<int>(), 9, patience);
        for (const auto& request : requests)
            QTRY_VERIFY_WITH_TIMEOUT(request->whole(), patience);
        const json stats = simulator->stats();
        QCOMPARE(stats["live"].get<int>(), 0);
        QCOMPARE(stats["peak_in_flight"].get<int>(), 9);
        QCOMPARE(stats["requests"].get<int>(), 9);
        QCOMPARE(stats["successes"].get<int>(), 9);
        QCOMPARE(stats["output_tokens"].get<int>(), 9 * 12);
        QCOMPARE(stats["connections_opened"].get<int>(), 9);
        QCOMPARE(stats["connections_open"].get<int>(), 9);
        QCOMPARE(stats["batch"]["kv_used"].get<int>(), 0);
    }

    void aClosedLoopOfFiveNeverShowsMoreThanFive() {
        const auto simulator = start(fastOptions());
        int sent = 0, done = 0;
        std::function<void()> next = [&] {
            if (sent == 200) return;
            QNetworkReply* reply =
                network_.post(request(url(*simulator)),
                              QByteArray::fromStdString(chatBody("loop " + std::to_string(sent++), true, 4)));
            QObject::connect(reply, &QNetworkReply::finished, reply, [&, reply] {
                reply->deleteLater();
                done += reply->error() == QNetworkReply::NoError;
                next();
            });
        };
        for (int i = 0; i < 5; ++i)
            next();
        QTRY_COMPARE_WITH_TIMEOUT(done, 200, patience);
        const json stats = simulator->stats();
        QCOMPARE(stats["peak_in_flight"].get<int>(), 5);
        QCOMPARE(stats["successes"].get<int>(), 200);
        QCOMPARE(stats["connections_opened"].get<int>(), 5);
    }

    void aClientThatLeavesFreesItsSlot() {
        const auto simulator = start(slowOptions());
        RawRequest request(port(*simulator), chatBody("Hello", true, 100));
        QTRY_VERIFY_WITH_TIMEOUT(request.has("\"content\":\"\""), patience);
        QCOMPARE(simulator->stats()["batch"]["running"].get<int>(), 1);
        request.close();
        QTRY_COMPARE_WITH_TIMEOUT(simulator->stats()["clients_gone"].get<int>(), 1, patience);
        const json stats = simulator->stats();
        QCOMPARE(stats["live"].get<int>(), 0);
        QCOMPARE(stats["successes"].get<int>(), 0);
        QCOMPARE(stats["batch"]["running"].get<int>(), 0);
        QCOMPARE(stats["batch"]["kv_used"].get<int>(), 0);
    }

    void resettingTheStatsKeepsWhatIsLive() {
        const auto simulator = start(slowOptions());
        post(network_, url(*simulator), chatBody("Hello", false, 1));
        RawRequest request(port(*simulator), chatBody("Hello", true, 100));
        QTRY_COMPARE_WITH_TIMEOUT(simulator->stats()["live"].get<int>(), 1, patience);
        const json stats = post(network_, url(*simulator, "/stats/reset"), "").document();
        QCOMPARE(stats["requests"].get<int>(), 0);
        QCOMPARE(stats["successes"].get<int>(), 0);
        QCOMPARE(stats["connections_opened"].get<int>(), 0);
        QCOMPARE(stats["live"].get<int>(), 1);
        QCOMPARE(stats["peak_in_flight"].get<int>(), 1);
    }

    void aFullWaitingRoomAnswers429WithRetryAfter() {
        SimulatorOptions options = slowOptions();
        options.slots = 1;
        options.waitingRoom = 1;
        const auto simulator = start(options);
        RawRequest first(port(*simulator), chatBody("one", true, 100));
        RawRequest second(port(*simulator), chatBody("two", true, 100));
        QTRY_COMPARE_WITH_TIMEOUT(simulator->stats()["live"].get<int>(), 2, patience);
        const auto reply = post(network_, url(*simulator), chatBody("three", true));
        QCOMPARE(reply.status, 429);
        QCOMPARE(reply.document()["error"]["code"].get<std::string>(), std::string("waiting_room_full"));
        const int seconds = std::stoi(reply.headers.at("retry-after"));
        QVERIFY(seconds >= 1 && seconds <= 4); // 100 steps of 30 ms are left at most
        const json stats = simulator->stats();
        QCOMPARE(stats["status_429"].get<int>(), 1);
        QCOMPARE(stats["rejected"]["waiting_room"].get<int>(), 1);
        QCOMPARE(stats["peak_in_flight"].get<int>(), 3);
        QCOMPARE(stats["live"].get<int>(), 2);
    }

    void theRequestsOfAMinuteAreLimited() {
        SimulatorOptions options = fastOptions();
        options.requestsPerMinute = 2;
        const auto simulator = start(options);
        QCOMPARE(post(network_, url(*simulator), chatBody("a", false, 1)).status, 200);
        QCOMPARE(post(network_, url(*simulator), chatBody("b", false, 1)).status, 200);
        const auto reply = post(network_, url(*simulator), chatBody("c", false, 1));
        QCOMPARE(reply.status, 429);
        QCOMPARE(reply.document()["error"]["code"].get<std::string>(), std::string("rate_limit_exceeded"));
        QVERIFY(std::stoi(reply.headers.at("retry-after")) <= 60);
        QCOMPARE(simulator->stats()["rejected"]["rate_limit"].get<int>(), 1);
    }

    void theTokensOfAMinuteAreLimited() {
        SimulatorOptions options = fastOptions();
        options.tokensPerMinute = 20;
        const auto simulator = start(options);
        QCOMPARE(post(network_, url(*simulator), chatBody("abcd", false, 9)).status, 200); // 10 tokens
        QCOMPARE(post(network_, url(*simulator), chatBody("abcd", false, 10)).status, 429);
        QCOMPARE(post(network_, url(*simulator), chatBody("abcd", false, 9)).status, 200);
        QCOMPARE(post(network_, url(*simulator), chatBody("abcd", false, 30)).status, 400); // never fits
    }

    void aFaultOf429OrServerErrorComesAtTheDoor() {
        SimulatorOptions options = fastOptions();
        options.fault429 = 1;
        auto simulator = start(options);
        const auto tooMany = post(network_, url(*simulator), chatBody("a", true));
        QCOMPARE(tooMany.status, 429);
        QCOMPARE(tooMany.headers.at("retry-after"), std::string("1"));
        QCOMPARE(simulator->stats()["faults"]["429"].get<int>(), 1);

        options.fault429 = 0;
        options.fault5xx = 1;
        simulator = start(options);
        std::set<int> statuses;
        for (int i = 0; i < 40; ++i)
            statuses.insert(post(network_, url(*simulator), chatBody("a", true)).status);
        QCOMPARE(statuses, (std::set<int>{500, 502, 503, 529}));
        QCOMPARE(simulator->stats()["faults"]["5xx"].get<int>(), 40);
        QCOMPARE(simulator->stats()["live"].get<int>(), 0);
    }

    void aDroppedRequestGetsNoByte() {
        SimulatorOptions options = fastOptions();
        options.faultDrop = 1;
        const auto simulator = start(options);
        RawRequest request(port(*simulator), chatBody("a", true));
        QTRY_VERIFY_WITH_TIMEOUT(request.closed(), patience);
        QVERIFY(request.bytes().empty());
        const json stats = simulator->stats();
        QCOMPARE(stats["requests"].get<int>(), 1);
        QCOMPARE(stats["faults"]["drop"].get<int>(), 1);
        QCOMPARE(stats["clients_gone"].get<int>(), 0);
        QCOMPARE(stats["live"].get<int>(), 0);
    }

    void aCutStreamEndsAfterSomeTextWithoutItsEnd() {
        SimulatorOptions options = fastOptions();
        options.faultCut = 1;
        const auto simulator = start(options);
        RawRequest request(port(*simulator), chatBody("a", true, 20));
        QTRY_VERIFY_WITH_TIMEOUT(request.closed(), patience);
        QVERIFY(request.has("\"content\":"));
        QVERIFY(!request.has("[DONE]"));
        QVERIFY(!request.has("\"finish_reason\":\""));
        QVERIFY(!request.whole());
        RawRequest document(port(*simulator), chatBody("a", false, 20));
        QTRY_VERIFY_WITH_TIMEOUT(document.closed(), patience);
        QVERIFY(document.has("content-length: "));
        QVERIFY(!document.has("\"usage\""));
        const json stats = simulator->stats();
        QCOMPARE(stats["faults"]["cut"].get<int>(), 2);
        QCOMPARE(stats["live"].get<int>(), 0);
        QCOMPARE(stats["batch"]["running"].get<int>(), 0);
    }

    void aStalledStreamStaysOpenAndLiveUntilItsClientGivesUp() {
        SimulatorOptions options = fastOptions();
        options.faultStall = 1;
        const auto simulator = start(options);
        RawRequest request(port(*simulator), chatBody("a", true, 20));
        QTRY_COMPARE_WITH_TIMEOUT(simulator->stats()["faults"]["stall"].get<int>(), 1, patience);
        QTRY_VERIFY_WITH_TIMEOUT(request.has("\"content\":"), patience);
        QVERIFY(!request.closed());
        json stats = simulator->stats();
        QCOMPARE(stats["live"].get<int>(), 1);
        QCOMPARE(stats["batch"]["running"].get<int>(), 0);
        request.close();
        QTRY_COMPARE_WITH_TIMEOUT(simulator->stats()["live"].get<int>(), 0, patience);
        QCOMPARE(simulator->stats()["clients_gone"].get<int>(), 1);
    }

    void anErrorEventComesInsideA200Stream() {
        SimulatorOptions options = fastOptions();
        options.faultErrorEvent = 1;
        const auto simulator = start(options);
        const auto reply = post(network_, url(*simulator), chatBody("a", true, 20));
        QCOMPARE(reply.status, 200);
        const auto events = eventsOf(reply.body);
        QVERIFY(events.size() >= 4);
        QCOMPARE(events.back(), std::string("[DONE]"));
        QCOMPARE(json::parse(events[events.size() - 2])["error"]["code"].get<std::string>(),
                 std::string("simulated_fault"));
        QVERIFY(reply.body.find("\"finish_reason\":\"") == std::string::npos);
        QCOMPARE(post(network_, url(*simulator), chatBody("a", false, 20)).status, 500);
        QCOMPARE(simulator->stats()["successes"].get<int>(), 0);
    }

    void faultsMeetTheSameRequestsWhenARunIsRepeated() {
        SimulatorOptions options = fastOptions();
        options.fault429 = 0.3;
        options.fault5xx = 0.3;
        const auto statuses = [&] {
            const auto simulator = start(options);
            QNetworkAccessManager network;
            std::vector<int> list;
            for (int i = 0; i < 30; ++i)
                list.push_back(post(network, url(*simulator), chatBody("a", false, 1)).status);
            return list;
        };
        const auto first = statuses();
        QCOMPARE(statuses(), first);
        QVERIFY(std::set<int>(first.begin(), first.end()).size() >= 3);
    }

    void aNewConnectionPaysItsDelayAndAnOldOneDoesNot() {
        SimulatorOptions options = fastOptions();
        options.connectDelay = 300ms;
        const auto simulator = start(options);
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(post(network_, url(*simulator), chatBody("a", false, 1)).status, 200);
        QVERIFY2(timer.elapsed() >= 299, qPrintable(QString::number(timer.elapsed())));
        // On the same connection there is no delay: of many answers at least one is swifter, however busy the machine.
        qint64 swiftest = 1000;
        for (int i = 0; i < 20 && swiftest >= 290; ++i) {
            timer.restart();
            QCOMPARE(post(network_, url(*simulator), chatBody("a", false, 1)).status, 200);
            swiftest = std::min(swiftest, timer.elapsed());
        }
        QVERIFY(swiftest < 290);
        QCOMPARE(simulator->stats()["connections_opened"].get<int>(), 1);
    }

    void tlsVerifiesWithThePemAndOnlyWithIt() {
        SimulatorOptions options = fastOptions();
        options.protocol = SimulatorOptions::Protocol::Tls;
        const auto simulator = start(options);
        QVERIFY(simulator->baseUrl().starts_with("https://127.0.0.1:"));
        QCOMPARE(post(network_, url(*simulator), chatBody("a", true, 2)).error, QNetworkReply::SslHandshakeFailedError);

        for (const bool http2 : {false, true}) {
            QNetworkAccessManager network;
            QNetworkRequest asked = request(url(*simulator));
            asked.setAttribute(QNetworkRequest::Http2AllowedAttribute, http2);
            QSslConfiguration tls = asked.sslConfiguration();
            tls.setCaCertificates(QSslCertificate::fromData(QByteArray::fromStdString(simulator->certificatePem())));
            asked.setSslConfiguration(tls);
            const auto reply = finish(network.post(asked, QByteArray::fromStdString(chatBody("a", true, 2))));
            QCOMPARE(reply.error, QNetworkReply::NoError);
            QCOMPARE(reply.http2, http2);
            QCOMPARE(eventsOf(reply.body).back(), std::string("[DONE]"));
        }
    }

    void http2InTheClearAnswersManyStreamsOfOneConnection() {
        const QString curl = QStandardPaths::findExecutable(QStringLiteral("curl"));
        if (curl.isEmpty()) QSKIP("curl is not installed");
        const auto simulator = start(slowOptions());
        QStringList arguments{QStringLiteral("-sS"), QStringLiteral("--http2-prior-knowledge"),
                              QStringLiteral("--parallel"), QStringLiteral("--no-progress-meter")};
        for (int i = 0; i < 8; ++i) {
            if (i > 0)
                arguments << QStringLiteral("--next") << QStringLiteral("-sS")
                          << QStringLiteral("--http2-prior-knowledge");
            arguments << QStringLiteral("-d") << QString::fromStdString(chatBody("h2c " + std::to_string(i), true, 10))
                      << url(*simulator).toString();
        }
        QProcess process;
        process.start(curl, arguments);
        QVERIFY(process.waitForFinished(patience));
        QCOMPARE(process.exitCode(), 0);
        QCOMPARE(process.readAllStandardOutput().count("[DONE]"), 8);
        const json stats = simulator->stats();
        QCOMPARE(stats["successes"].get<int>(), 8);
        QCOMPARE(stats["peak_in_flight"].get<int>(), 8);
        QVERIFY(stats["connections_opened"].get<int>() <= 2);
        QCOMPARE(stats["live"].get<int>(), 0);
    }

    void cutAndDroppedStreamsOfHttp2LeaveTheConnectionAlone() {
        const QString curl = QStandardPaths::findExecutable(QStringLiteral("curl"));
        if (curl.isEmpty()) QSKIP("curl is not installed");
        for (const bool drop : {false, true}) {
            SimulatorOptions options = fastOptions();
            (drop ? options.faultDrop : options.faultCut) = 1;
            const auto simulator = start(options);
            QProcess process;
            process.start(curl, {QStringLiteral("-sS"), QStringLiteral("--http2-prior-knowledge"), QStringLiteral("-d"),
                                 QString::fromStdString(chatBody("a", true, 20)), url(*simulator).toString(),
                                 QStringLiteral("--next"), QStringLiteral("-sS"),
                                 QStringLiteral("--http2-prior-knowledge"), url(*simulator, "/stats").toString()});
            QVERIFY(process.waitForFinished(patience));
            const QByteArray output = process.readAllStandardOutput();
            QCOMPARE(output.contains("\"content\":"), !drop);
            QVERIFY(!output.contains("[DONE]"));
            QVERIFY2(output.contains("\"connections_opened\":1"), output.constData());
            QCOMPARE(simulator->stats()["faults"][drop ? "drop" : "cut"].get<int>(), 1);
        }
    }

    void statsMayBeAskedFromManyThreads() {
        const auto simulator = start(fastOptions());
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                for (int k = 0; k < 50; ++k)
                    if (!simulator->stats()["simulated"].get<bool>()) qFatal("not the stats");
            });
        for (int i = 0; i < 20; ++i)
            post(network_, url(*simulator), chatBody("a", true, 2));
        for (auto& thread : threads)
            thread.join();
        QCOMPARE(simulator->stats()["successes"].get<int>(), 20);
    }

    void whatCannotBeStartedSaysWhy() {
        const auto first = start(fastOptions());
        SimulatorOptions options = fastOptions();
        options.port = port(*first);
        QVERIFY(!startSimulator(options).ok());
        options = fastOptions();
        options.slots = 0;
        QCOMPARE(startSimulator(options).error().message, std::string("--slots must be 1 to 100000"));
    }

    void endingItWithStreamsUnderWayClosesThem() {
        auto simulator = start(slowOptions());
        RawRequest request(port(*simulator), chatBody("a", true, 100));
        QTRY_VERIFY_WITH_TIMEOUT(request.has("\"content\":"), patience);
        simulator.reset();
        QTRY_VERIFY_WITH_TIMEOUT(request.closed(), patience);
        QVERIFY(!request.whole());
    }
};

QTEST_GUILESS_MAIN(TstSimulator)
#include "tst_simulator.moc"
