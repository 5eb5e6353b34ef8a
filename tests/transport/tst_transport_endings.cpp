#include "engine/base/clock.h"
#include "tests/transport/transport_harness.h"

using namespace penstock;
using namespace penstock::test;

/// How exchanges end, whatever the server does, on every protocol: each in one way, once, and no request is at the
/// server more often than the engine decided.
class TransportEndings : public QObject {
    Q_OBJECT
    SystemClock clock_;

private Q_SLOTS:
    void aStreamArrivesWholeAndInOrder_data() { PENSTOCK_VARIANT_ROWS(); }
    void aStreamArrivesWholeAndInOrder() {
        PENSTOCK_VARIANT();
        ScriptedServer server(serverOptions(variant));
        server.script({answers::hold()});
        Client client(clock_, Client::target(server, variant));
        QVERIFY(client.prepare(1));
        const auto before = clock_.now();
        auto& r = client.start("{\"a\":1}");
        QTRY_COMPARE(server.inFlight(), 1);
        const auto held = server.held().front();
        held->head(200, {{"content-type", "text/event-stream"}, {"x-request-id", "abc"}});
        QTRY_VERIFY(r.head);
        QCOMPARE(r.head->status, 200);
        QCOMPARE(r.head->contentType, std::string("text/event-stream"));
        QCOMPARE(r.head->requestId, std::string("abc"));
        QCOMPARE(r.head->httpVersion, std::string(variant.http2 ? "2" : "1.1"));
        QVERIFY(!r.head->closes);
        QVERIFY(r.body.empty());
        held->write("data: 1\n\n");
        QTRY_COMPARE(r.body, std::string("data: 1\n\n"));
        QVERIFY(!r.end);
        held->write("data: 2\n\n");
        held->finish();
        QVERIFY(client.waitForAll());
        QCOMPARE(client.complaint(), std::string());
        QCOMPARE(r.body, std::string("data: 1\n\ndata: 2\n\n"));
        QVERIFY(*r.sent >= before && *r.endAt >= *r.sent);
        QCOMPARE(server.seen().front().request.body, std::string("{\"a\":1}"));
        QCOMPARE(server.seen().front().request.method, std::string("POST"));
        QCOMPARE(server.seen().front().request.path, std::string("/v1/chat/completions"));
    }

    void bigBodiesPassBothWaysInBoundedSlices_data() { PENSTOCK_VARIANT_ROWS(); }
    void bigBodiesPassBothWaysInBoundedSlices() {
        PENSTOCK_VARIANT();
        ScriptedServer server(serverOptions(variant));
        std::string up(3'000'001, 'u'), down(8'000'003, 'd');
        for (std::size_t i = 0; i < up.size(); i += 997)
            up[i] = static_cast<char>('a' + i % 26);
        for (std::size_t i = 0; i < down.size(); i += 991)
            down[i] = static_cast<char>('a' + i % 26);
        server.otherwise(answers::text(200, down));
        Client client(clock_, Client::target(server, variant));
        QVERIFY(client.prepare(1));
        auto& r = client.start(up);
        QVERIFY(client.waitForAll());
        QCOMPARE(client.complaint(), std::string());
        QVERIFY(server.seen().front().request.body == up);
        QVERIFY(r.body == down);
        QVERIFY(r.largestSlice <= 64 * 1024);
    }

    void anAnswerWithoutABodyIsComplete_data() { PENSTOCK_VARIANT_ROWS(); }
    void anAnswerWithoutABodyIsComplete() {
        PENSTOCK_VARIANT();
        ScriptedServer server(serverOptions(variant));
        const auto noContent = [](const ScriptedExchangePtr& e) {
            e->head(204, {});
            e->finish();
        };
        server.script({answers::text(200, ""), noContent, answers::text(200, "last")});
        Client client(clock_, Client::target(server, variant));
        QVERIFY(client.prepare(1));
        for (int i = 0; i < 3; ++i) {
            client.start();
            QVERIFY(client.waitForAll());
        }
        QCOMPARE(client.complaint(), std::string());
        QCOMPARE(client.at(0).body, std::string());
        QCOMPARE(client.at(1).head->status, 204);
        QCOMPARE(client.at(1).body, std::string());
        QCOMPARE(client.at(2).body, std::string("last"));
        QCOMPARE(client.transport->stats().connectionsOpened, server.connectionsAccepted());
        QCOMPARE(client.transport->stats().connectionsOpen, 1);
    }

    void anErrorStatusIsACompleteAnswer_data() {
        QTest::addColumn<int>("v");
        QTest::addColumn<int>("status");
        for (int v = 0; v < 4; ++v)
            for (const int status :
                 {400, 401, 403, 404, 405, 407, 408, 409, 410, 413, 418, 422, 429, 500, 501, 502, 503, 529})
                QTest::addRow("%s, %d", variants[v].name, status) << v << status;
    }
    void anErrorStatusIsACompleteAnswer() {
        QFETCH(int, status);
        PENSTOCK_VARIANT();
        ScriptedServer server(serverOptions(variant));
        server.script({answers::text(status, "{\"error\":{}}", {{"retry-after", "7"}, {"x-should-retry", "false"}}),
                       answers::text(200, "fine")});
        Client client(clock_, Client::target(server, variant));
        QVERIFY(client.prepare(1));
        auto& r = client.start();
        QVERIFY(client.waitForAll());
        QCOMPARE(client.complaint(), std::string());
        QCOMPARE(r.head->status, status);
        QCOMPARE(r.body, std::string("{\"error\":{}}"));
        QCOMPARE(*r.head->retryAfter, Nanos{std::chrono::seconds{7}});
        QCOMPARE(*r.head->shouldRetry, false);
        client.start();
        QVERIFY(client.waitForAll());
        QCOMPARE(client.at(1).body, std::string("fine"));
        QCOMPARE(server.seen().size(), std::size_t{2});
        QCOMPARE(client.transport->stats().connectionsOpened, server.connectionsAccepted());
    }

    void aChallengeIsPassedOnAndNotAnswered_data() { PENSTOCK_VARIANT_ROWS(); }
    void aChallengeIsPassedOnAndNotAnswered() {
        PENSTOCK_VARIANT();
        ScriptedServer server(serverOptions(variant));
        server.script({answers::text(401, "who are you", {{"www-authenticate", "Basic realm=\"x\""}}),
                       answers::text(401, "who are you", {{"www-authenticate", "Bearer"}})});
        Client client(clock_, Client::target(server, variant));
        QVERIFY(client.prepare(1));
        for (std::size_t i = 0; i < 3; ++i) {
            client.start("n" + std::to_string(i));
            QVERIFY(client.waitForAll());
            QCOMPARE(client.complaint(), std::string());
            QCOMPARE(client.at(i).head->status, i < 2 ? 401 : 200);
            // Qt withholds the body of a challenge on HTTP/2; the status is what matters.
            if (!variant.http2 || i == 2)
                QCOMPARE(client.at(i).body, std::string(i < 2 ? "who are you" : "data: [DONE]\n\n"));
            QCOMPARE(server.timesSeen("n" + std::to_string(i)), 1);
        }
        QCOMPARE(client.transport->stats().connectionsOpened, server.connectionsAccepted());
    }

    void aRedirectIsRefusedAndTheKeyGoesNowhereElse_data() { PENSTOCK_VARIANT_ROWS(); }
    void aRedirectIsRefusedAndTheKeyGoesNowhereElse() {
        PENSTOCK_VARIANT();
        ScriptedServer elsewhere, server(serverOptions(variant));
        server.script({answers::text(302, "moved", {{"location", elsewhere.url() + "/v1/chat/completions?key=secret"}}),
                       answers::text(307, "moved", {{"location", "/other"}}), answers::text(308, "moved")});
        auto target = Client::target(server, variant);
        target.apiKey = "sk-secret";
        Client client(clock_, target);
        QVERIFY(client.prepare(1));
        for (std::size_t i = 0; i < 3; ++i) {
            auto& r = client.start();
            QVERIFY(client.waitForAll());
            QCOMPARE(r.ending(), std::string("rejected"));
            QVERIFY(r.end->message.find("redirect") != std::string::npos);
            QVERIFY(r.end->message.find("secret") == std::string::npos);
            QVERIFY(r.body.empty());
        }
        QVERIFY(client.at(0).end->message.find(elsewhere.url()) != std::string::npos);
        QCOMPARE(client.at(0).head->status, 302);
        QCOMPARE(server.seen().front().request.header("authorization"), std::string_view("Bearer sk-secret"));
        QCOMPARE(elsewhere.connectionsAccepted(), std::uint64_t{0});
        QCOMPARE(server.seen().size(), std::size_t{3});
        QCOMPARE(client.transport->stats().connectionsOpened, server.connectionsAccepted());
    }

    void aConnectionThatEndsBeforeTheHeadIsSeenOnceByTheServer_data() { PENSTOCK_VARIANT_ROWS(); }
    void aConnectionThatEndsBeforeTheHeadIsSeenOnceByTheServer() {
        PENSTOCK_VARIANT();
        if (variant.http2 && !variant.tls) QSKIP("Qt does not notice a FIN in clear HTTP/2: a deadline ends these");
        ScriptedServer server(serverOptions(variant));
        Client client(clock_, Client::target(server, variant));
        QVERIFY(client.prepare(1, false));

        server.script({answers::dropBeforeHead()});
        client.start("first");
        QVERIFY(client.waitForAll());
        QCOMPARE(client.at(0).ending(), std::string("connection_lost"));
        QCOMPARE(server.timesSeen("first"), 1);
        QVERIFY(!client.at(0).head);

        client.start("second");
        QVERIFY(client.waitForAll());
        QVERIFY(client.at(1).complete());
        server.script({answers::dropBeforeHead()});
        client.start("third");
        QVERIFY(client.waitForAll());
        QCOMPARE(client.at(2).ending(), std::string("stale_connection"));
        QCOMPARE(server.timesSeen("third"), 1);

        for (int i = 0; i < 8; ++i) {
            server.script({answers::dropBeforeHead()});
            client.start("again " + std::to_string(i));
        }
        QVERIFY(client.waitForAll());
        // With HTTP/2 all share the connection, and the server reads no more of it.
        for (int i = 0; i < 8; ++i) {
            const int times = server.timesSeen("again " + std::to_string(i));
            QVERIFY(times == 1 || (variant.http2 && times == 0));
        }
        QCOMPARE(client.transport->stats().connectionsOpened, server.connectionsAccepted());
        QCOMPARE(client.transport->stats().connectionsOpen, 0);
        QCOMPARE(client.transport->stats().moved, std::uint64_t{0});
    }

    void aResetBeforeTheHeadIsSeenOnceByTheServer_data() { PENSTOCK_VARIANT_ROWS(); }
    void aResetBeforeTheHeadIsSeenOnceByTheServer() {
        PENSTOCK_VARIANT();
        ScriptedServer server(serverOptions(variant));
        Client client(clock_, Client::target(server, variant));
        QVERIFY(client.prepare(1, false));
        server.script({answers::resetBeforeHead()});
        client.start("first");
        QVERIFY(client.waitForAll());
        QCOMPARE(client.at(0).ending(), std::string("connection_lost"));
        QCOMPARE(server.timesSeen("first"), 1);
        client.start("second");
        QVERIFY(client.waitForAll());
        QVERIFY(client.at(1).complete());
        QCOMPARE(client.transport->stats().connectionsOpened, server.connectionsAccepted());
    }

    void aBodyCutShortIsACutStream_data() { PENSTOCK_VARIANT_ROWS(); }
    void aBodyCutShortIsACutStream() {
        PENSTOCK_VARIANT();
        if (variant.http2 && !variant.tls) QSKIP("Qt does not notice a FIN in clear HTTP/2: a deadline ends these");
        ScriptedServer server(serverOptions(variant));
        server.script({answers::cut("data: 1\n\n"), answers::shortBody("12345", 10)});
        Client client(clock_, Client::target(server, variant));
        QVERIFY(client.prepare(1));
        for (int i = 0; i < 3; ++i) {
            client.start(std::to_string(i));
            QVERIFY(client.waitForAll());
            QCOMPARE(server.timesSeen(std::to_string(i)), 1);
        }
        QCOMPARE(client.at(0).ending(), std::string("cut_stream"));
        QCOMPARE(client.at(0).body, std::string("data: 1\n\n"));
        QCOMPARE(client.at(1).ending(), std::string("cut_stream"));
        QCOMPARE(client.at(1).body, std::string("12345"));
        QVERIFY(client.at(2).complete());
        QCOMPARE(client.transport->stats().connectionsOpened, server.connectionsAccepted());
    }

    void nobodyListeningIsConnectFailed_data() { PENSTOCK_VARIANT_ROWS(); }
    void nobodyListeningIsConnectFailed() {
        PENSTOCK_VARIANT();
        ScriptedServer server(serverOptions(variant));
        server.http().stopListening();
        Client client(clock_, Client::target(server, variant));
        for (const bool prewarm : {true, false}) {
            QVERIFY(client.prepare(14, prewarm));
            QCOMPARE(client.readiness(), std::string("connect_failed"));
            QVERIFY2(client.problem->message.find("127.0.0.1:" + std::to_string(server.port())) != std::string::npos,
                     client.problem->message.c_str());
        }
        for (int i = 0; i < 20; ++i)
            client.start();
        QVERIFY(client.waitForAll());
        for (const auto& r : client.recordings) {
            QCOMPARE(r->ending(), std::string("connect_failed"));
            QVERIFY(!r->sent);
            QCOMPARE(r->disorder, std::string());
        }
        QCOMPARE(client.transport->stats().connectionsOpened, std::uint64_t{0});
        QCOMPARE(client.transport->stats().connectionsOpen, 0);
    }

    void aServerThatComesBackIsUsedAgain_data() { PENSTOCK_VARIANT_ROWS(); }
    void aServerThatComesBackIsUsedAgain() {
        PENSTOCK_VARIANT();
        auto options = serverOptions(variant);
        auto server = std::make_unique<ScriptedServer>(options);
        options.port = server->port();
        Client client(clock_, Client::target(*server, variant));
        QVERIFY(client.prepare(3));
        server.reset();
        server = std::make_unique<ScriptedServer>(options);
        // Clear HTTP/2 does not notice that its connection is gone; what was on it is the owner's to end.
        for (int i = 0; i < 3; ++i)
            client.start();
        if (variant.http2 && !variant.tls) {
            (void)QTest::qWaitFor([&] { return client.completed() == 3; }, 1000);
            for (auto& r : client.recordings)
                r->exchange.reset();
            client.recordings.clear();
            client.start();
        }
        QVERIFY(client.waitForAll());
        for (const auto& r : client.recordings)
            QVERIFY2(!r->failure() || *r->failure() == OutcomeKind::StaleConnection, client.complaint().c_str());
        client.start("now");
        QVERIFY(client.waitForAll());
        QVERIFY2(client.recordings.back()->complete(), client.complaint().c_str());
        QCOMPARE(server->timesSeen("now"), 1);
    }

    void eachRequestSaysWhatItIsAndNothingElse_data() { PENSTOCK_VARIANT_ROWS(); }
    void eachRequestSaysWhatItIsAndNothingElse() {
        PENSTOCK_VARIANT();
        ScriptedServer server(serverOptions(variant));
        server.otherwise(answers::text(200, "x", {{"set-cookie", "a=b"}}));
        auto target = Client::target(server, variant);
        target.apiKey = "sk-1";
        target.headers = {{"X-Team", "blue"}};
        Client client(clock_, target);
        QVERIFY(client.prepare(1));
        for (int i = 0; i < 2; ++i) {
            client.start("{}");
            QVERIFY(client.waitForAll());
        }
        QCOMPARE(client.complaint(), std::string());
        const auto& request = server.seen().at(1).request;
        QVERIFY(request.header("user-agent").starts_with("penstock/"));
        QCOMPARE(request.header("accept-encoding"), std::string_view("identity"));
        QCOMPARE(request.header("accept"), std::string_view("text/event-stream"));
        QCOMPARE(request.header("content-type"), std::string_view("application/json"));
        QCOMPARE(request.header("content-length"), std::string_view("2"));
        QCOMPARE(request.header("authorization"), std::string_view("Bearer sk-1"));
        QCOMPARE(request.header("x-team"), std::string_view("blue"));
        QCOMPARE(request.header("cookie"), std::string_view());
        QCOMPARE(request.header("referer"), std::string_view());
    }
};

QTEST_GUILESS_MAIN(TransportEndings)
#include "tst_transport_endings.moc"
