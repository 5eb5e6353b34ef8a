#include "tests/simulator/simulator_bench.h"

#include <set>

using namespace penstock;
using namespace penstock::test;

class TstSimFaults : public QObject {
    Q_OBJECT

    QNetworkAccessManager network_;

private Q_SLOTS:
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

    void faultsOfOneHttp2StreamLeaveItsConnectionAlone() {
        for (const bool drop : {false, true}) {
            SimulatorOptions options = fastOptions();
            (drop ? options.faultDrop : options.faultCut) = 1;
            const auto simulator = start(options);
            QNetworkAccessManager network;
            QNetworkRequest asked = request(url(*simulator));
            asked.setAttribute(QNetworkRequest::Http2DirectAttribute, true);
            const auto reply = finish(network.post(asked, QByteArray::fromStdString(chatBody("a", true, 20))));
            QVERIFY(reply.error != QNetworkReply::NoError);
            QCOMPARE(reply.status, drop ? 0 : 200);
            QCOMPARE(QByteArray::fromStdString(reply.body).contains("\"content\":"), !drop);
            QVERIFY(!QByteArray::fromStdString(reply.body).contains("[DONE]"));

            asked.setUrl(url(*simulator, "/stats"));
            const json stats = finish(network.get(asked)).document();
            QCOMPARE(stats["connections_opened"].get<int>(), 1);
            QCOMPARE(stats["requests"].get<int>(), 1);
            QCOMPARE(stats["faults"][drop ? "drop" : "cut"].get<int>(), 1);
            QCOMPARE(stats["live"].get<int>(), 0);
        }
    }
};

QTEST_GUILESS_MAIN(TstSimFaults)
#include "tst_sim_faults.moc"
