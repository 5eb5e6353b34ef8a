#include "tests/simulator/simulator_bench.h"

#include <QElapsedTimer>
#include <QFile>
#include <QSslConfiguration>

#include <set>
#include <thread>

using namespace penstock;
using namespace penstock::test;

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
        // How many of the five overlap is the client's timing; that no sixth does is the simulator's count.
        QVERIFY(stats["peak_in_flight"].get<int>() >= 1 && stats["peak_in_flight"].get<int>() <= 5);
        QCOMPARE(stats["successes"].get<int>(), 200);
        QVERIFY(stats["connections_opened"].get<int>() <= 5);
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
