#include "engine/base/clock.h"
#include "engine/transport/target_probe.h"
#include "tests/transport/transport_harness.h"

using namespace penstock;
using namespace penstock::test;

/// Against the OpenAI-compatible server whose base URL is in PENSTOCK_REAL_SERVER, e.g. http://127.0.0.1:8190/v1.
class RealServer : public QObject {
    Q_OBJECT
    SystemClock clock_;
    Target target_;

private Q_SLOTS:
    void initTestCase() {
        target_.baseUrl = qgetenv("PENSTOCK_REAL_SERVER").toStdString();
        if (target_.baseUrl.empty()) QSKIP("PENSTOCK_REAL_SERVER names no server");
    }

    void itIsProbed() {
        std::optional<TargetReport> report;
        const auto probe =
            startTargetProbe(clock_, target_, std::chrono::seconds{10}, [&](const TargetReport& r) { report = r; });
        QVERIFY(probe.ok());
        QTRY_VERIFY_WITH_TIMEOUT(report, 20'000);
        QVERIFY2(!report->problem, report->problem ? report->problem->message.c_str() : "");
        QVERIFY2(!report->models.empty(), report->modelsProblem.c_str());
        qInfo("speaks HTTP/%s, %s, round trip %.2f ms", report->httpVersion.c_str(), report->models.front().c_str(),
              1e3 * toSeconds(report->roundTrip.value_or(Nanos{0})));
    }

    void everyStreamArrivesThoughTheServerMayCloseAfterEach() {
        Client client(clock_, target_);
        QVERIFY(client.prepare(14));
        QVERIFY2(!client.problem, client.problem ? client.problem->message.c_str() : "");
        constexpr int total = 168;
        int started = 0, stale = 0, complete = 0;
        std::function<void(int)> begin = [&](int n) {
            auto& r = client.start(
                R"({"model":"any","stream":true,"max_tokens":16,"messages":[{"role":"user","content":"number )" +
                std::to_string(n) + R"("}]})");
            r.onEnded = [&, n] {
                if (r.failure() == OutcomeKind::StaleConnection) {
                    ++stale;
                    begin(n);
                    return;
                }
                complete += r.complete() && r.head->status == 200 && r.body.find("[DONE]") != std::string::npos;
                if (started < total) begin(started++);
            };
        };
        for (int i = 0; i < 14; ++i)
            begin(started++);
        QTRY_COMPARE_WITH_TIMEOUT(complete, total, 240'000);
        const auto stats = client.transport->stats();
        qInfo("%d complete, %d stale, %s connections opened, %s closed after a response, %s reused", complete, stale,
              std::to_string(stats.connectionsOpened).c_str(), std::to_string(stats.closedAfterResponse).c_str(),
              std::to_string(stats.reused).c_str());
        QVERIFY(stale <= 14);
    }
};

QTEST_GUILESS_MAIN(RealServer)
#include "tst_real_server.moc"
