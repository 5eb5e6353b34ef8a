#include "engine/base/clock.h"
#include "engine/transport/protocol_probe.h"
#include "engine/transport/target_probe.h"
#include "tests/support/manual_clock.h"
#include "tests/transport/transport_harness.h"

using namespace penstock;
using namespace penstock::test;
using namespace std::chrono_literals;

/// What one connection, and one GET, tell of a target.
class ProtocolProbes : public QObject {
    Q_OBJECT
    SystemClock clock_;

    static RequestForm form(const Target& target) {
        auto made = RequestForm::make(target);
        if (!made) qFatal("%s", made.error().message.c_str());
        return *made;
    }

    struct Answer {
        std::optional<std::variant<ProtocolFacts, Outcome>> said;
        const ProtocolFacts* facts() const { return said ? std::get_if<ProtocolFacts>(&*said) : nullptr; }
        std::string problem() const {
            const auto* outcome = said ? std::get_if<Outcome>(&*said) : nullptr;
            return outcome ? std::string(toString(outcome->kind)) : "none";
        }
    };

    std::unique_ptr<ProtocolProbe> probe(const Clock& clock, const Target& target, bool wantHttp2, Answer& answer) {
        return startProtocolProbe(clock, form(target), wantHttp2, 10s, [&](const auto& said) { answer.said = said; });
    }

    std::optional<TargetReport> report(const Target& target) {
        std::optional<TargetReport> result;
        auto probing = startTargetProbe(clock_, target, 10s, [&](const TargetReport& r) { result = r; });
        if (!probing) qFatal("%s", probing.error().message.c_str());
        (void)QTest::qWaitFor([&] { return result.has_value(); }, 20'000);
        return result;
    }

private Q_SLOTS:
    void theStreamLimitIsReadFromSettings_data() {
        QTest::addColumn<int>("v");
        QTest::addColumn<quint32>("limit");
        for (const int v : {2, 3})
            for (const quint32 limit : {1u, 8u, 100u, 250u})
                QTest::addRow("%s, %u", variants[v].name, limit) << v << limit;
    }
    void theStreamLimitIsReadFromSettings() {
        QFETCH(quint32, limit);
        PENSTOCK_VARIANT();
        ScriptedServer server(serverOptions(variant, limit));
        Answer answer;
        const auto probing = probe(clock_, Client::target(server, variant), true, answer);
        QVERIFY(!answer.said);
        QTRY_VERIFY(answer.said);
        QVERIFY(answer.facts());
        QVERIFY(answer.facts()->http2);
        QCOMPARE(*answer.facts()->maxConcurrentStreams, limit);
        QCOMPARE(answer.facts()->address, std::string("127.0.0.1"));
        QVERIFY(answer.facts()->connect > Nanos{0});
        QCOMPARE(answer.facts()->tlsVersion, std::string(variant.tls ? "TLS 1.3" : ""));
        QCOMPARE(answer.facts()->cipher.empty(), !variant.tls);
        QCOMPARE(answer.facts()->handshake > Nanos{0}, variant.tls);
        QCOMPARE(server.connectionsAccepted(), std::uint64_t{1});
        QTRY_COMPARE(server.connectionsOpen(), 0);
        QVERIFY(server.seen().empty());
    }

    void withoutAlpnItIsHttp11() {
        auto options = serverOptions(variants[1]);
        ScriptedServer server(options);
        Answer answer;
        const auto probing = probe(clock_, Client::target(server, variants[1]), true, answer);
        QTRY_VERIFY(answer.said);
        QVERIFY(answer.facts());
        QVERIFY(!answer.facts()->http2);
        QVERIFY(!answer.facts()->maxConcurrentStreams);
    }

    void whyItFailsIsToldApart() {
        ManualClock clock;
        ScriptedServer plain(serverOptions(variants[0])), tls(serverOptions(variants[2]));
        ScriptedServer closed;
        closed.http().stopListening();
        Answer answer;

        auto target = Client::target(closed, variants[0]);
        auto probing = probe(clock_, target, false, answer);
        QTRY_VERIFY(answer.said);
        QCOMPARE(answer.problem(), std::string("connect_failed"));
        QVERIFY(!probing->connected());

        answer = {};
        target = Client::target(tls, variants[2]);
        target.caPem.clear();
        probing = probe(clock_, target, true, answer);
        QTRY_VERIFY(answer.said);
        QCOMPARE(answer.problem(), std::string("tls_failed"));
        QCOMPARE(std::get<Outcome>(*answer.said).code, std::string("certificate_untrusted"));
        QVERIFY(probing->connected());

        answer = {};
        target = Client::target(plain, variants[3]);
        probing = probe(clock_, target, true, answer); // speaks no HTTP/2
        QTRY_VERIFY(answer.said);
        QCOMPARE(answer.problem(), std::string("connect_failed"));

        answer = {};
        QTcpServer mute;
        QVERIFY(mute.listen(QHostAddress::LocalHost));
        target.baseUrl = "http://127.0.0.1:" + std::to_string(mute.serverPort());
        probing = probe(clock, target, true, answer);
        QTRY_VERIFY(probing->connected());
        clock.advance(10s);
        QTRY_VERIFY(answer.said);
        QCOMPARE(answer.problem(), std::string("connect_timeout"));
    }

    void aDestroyedProbeIsSilent() {
        ScriptedServer server(serverOptions(variants[2]));
        Answer answer;
        auto probing = probe(clock_, Client::target(server, variants[2]), true, answer);
        QTRY_COMPARE(server.connectionsAccepted(), std::uint64_t{1});
        probing.reset();
        QTRY_COMPARE(server.connectionsOpen(), 0);
        QVERIFY(!answer.said);
    }

    void aTargetIsReportedWithItsModels_data() { PENSTOCK_VARIANT_ROWS(); }
    void aTargetIsReportedWithItsModels() {
        PENSTOCK_VARIANT();
        ScriptedServer server(serverOptions(variant, 8));
        server.otherwise(answers::text(200, R"({"object":"list","data":[{"id":"tiny"},{"id":"big\u0007"},{"no":1}]})"));
        for (const std::string host : {"127.0.0.1", "localhost"}) {
            auto target = Client::target(server, variant, host);
            target.apiKey = "sk-1";
            const auto r = report(target);
            QVERIFY(r);
            QVERIFY2(!r->problem, r->problem ? r->problem->message.c_str() : "");
            QCOMPARE(r->httpVersion, std::string(variant.http2 ? "2" : "1.1"));
            QCOMPARE(r->maxConcurrentStreams.value_or(0), variant.http2 ? 8u : 0u);
            QCOMPARE(r->address, std::string("127.0.0.1"));
            QCOMPARE(r->modelsStatus, 200);
            QCOMPARE(r->modelsProblem, std::string());
            QCOMPARE(r->models, (std::vector<std::string>{"tiny", "big?"}));
            QVERIFY(r->roundTrip && *r->roundTrip > Nanos{0});
            const auto& request = server.seen().back().request;
            QCOMPARE(request.method, std::string("GET"));
            QCOMPARE(request.path, std::string("/v1/models"));
            QCOMPARE(request.header("authorization"), std::string_view("Bearer sk-1"));
        }
    }

    void aListThatIsNoneIsSaidToBeNone() {
        ScriptedServer server;
        const auto target = Client::target(server, variants[0]);
        server.script({answers::text(404, "none"), answers::text(200, "<html>"),
                       answers::text(200, std::string((1 << 20) + 1, ' ')),
                       answers::text(302, "", {{"location", "http://127.0.0.1:1/"}})});
        server.otherwise(answers::dropBeforeHead()); // Qt asks again by itself: a GET may be repeated
        const std::vector<std::string> problems{"status 404", "no list of models", "longer than 1 MiB", "status 302",
                                                "GET /models: "};
        for (const auto& problem : problems) {
            const auto r = report(target);
            QVERIFY(r && !r->problem);
            QVERIFY2(r->modelsProblem.find(problem) != std::string::npos, r->modelsProblem.c_str());
            QVERIFY(r->models.empty());
        }
    }

    void aTargetThatCannotBeReachedIsReportedSo() {
        ScriptedServer server;
        server.http().stopListening();
        const auto r = report(Client::target(server, variants[0]));
        QVERIFY(r && r->problem);
        QCOMPARE(std::string(toString(r->problem->kind)), std::string("connect_failed"));
    }

    void modelListsOfBothFormsAreRead() {
        QCOMPARE(*parseModels(R"({"models":[{"name":"a"},{"name":"b"}]})"), (std::vector<std::string>{"a", "b"}));
        QCOMPARE(*parseModels(R"({"data":[]})"), std::vector<std::string>{});
        QCOMPARE(parseModels(R"({"data":[{"id":")" + std::string(500, 'x') + R"("}]})")->front().size(),
                 std::size_t{200});
        QVERIFY(!parseModels("[]"));
        QVERIFY(!parseModels(""));
        QVERIFY(!parseModels(std::string(100'000, '[')));
    }
};

QTEST_GUILESS_MAIN(ProtocolProbes)
#include "tst_protocol_probe.moc"
