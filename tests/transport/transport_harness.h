#pragma once

#include "engine/transport/qt_transport.h"
#include "tests/support/scripted_server.h"

#include <QDeadlineTimer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryFile>
#include <QTest>
#include <QTimer>

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace QTest {
template <>
inline char* toString(const std::string& text) {
    return qstrdup(('"' + text + '"').c_str());
}
} // namespace QTest

namespace penstock::test {

/// The four ways in which a target can be spoken to: the rows of every conformance test.
struct Variant {
    const char* name;
    bool tls;
    bool http2;
    HttpMode mode() const { return http2 ? (tls ? HttpMode::Http2 : HttpMode::H2c) : HttpMode::Http11; }
};
inline constexpr Variant variants[] = {{"HTTP/1.1", false, false},
                                       {"HTTP/1.1 over TLS", true, false},
                                       {"HTTP/2 over TLS", true, true},
                                       {"h2c", false, true}};

inline http::ServerOptions serverOptions(const Variant& v, std::uint32_t streamLimit = 100) {
    http::ServerOptions options;
    options.tls = v.tls;
    options.http1 = !v.http2;
    options.http2 = v.http2;
    options.maxConcurrentStreams = streamLimit;
    return options;
}

/// What an exchange told, and whether it told it in the promised order.
struct Recording : ExchangeListener {
    std::optional<Instant> sent;
    bool connectionNew = false;
    Nanos connect{0};
    std::optional<ResponseHead> head;
    std::string body;
    std::size_t largestSlice = 0;
    std::optional<WireEnd> end;
    std::optional<Instant> endAt;
    std::string disorder; ///< empty when all came in order
    std::function<void()> onAnything;
    std::function<void()> onEnded;
    std::unique_ptr<Exchange> exchange;

    void onSent(Instant at, bool isNew, Nanos took) override {
        if (sent || head || end) disorder += "sent late or twice; ";
        sent = at;
        connectionNew = isNew;
        connect = took;
        if (onAnything) onAnything();
    }
    void onHead(const ResponseHead& h) override {
        if (!sent || head || end) disorder += "head out of order; ";
        head = h;
        if (onAnything) onAnything();
    }
    void onBytes(Instant at, std::string_view bytes) override {
        if (!head || end || bytes.empty() || at < *sent) disorder += "bytes out of order; ";
        body += bytes;
        largestSlice = std::max(largestSlice, bytes.size());
        if (onAnything) onAnything();
    }
    void onEnd(Instant at, const WireEnd& e) override {
        if (end) disorder += "ended twice; ";
        end = e;
        endAt = at;
        if (onEnded) onEnded();
    }

    bool complete() const { return end && !end->failure && head; }
    std::optional<OutcomeKind> failure() const { return end ? end->failure : std::nullopt; }
    /// The failure's word; `complete`, or `not ended`.
    std::string ending() const {
        if (!end) return "not ended";
        return end->failure ? std::string(toString(*end->failure)) : "complete";
    }
};

/// Turns the event loop until `done`; false after `ms`. QTest::qWaitFor sleeps between turns, which would show as
/// latency.
inline bool waitUntil(const std::function<bool()>& done, int ms) {
    const QDeadlineTimer deadline(ms);
    QTimer wake; // so that a deadline is noticed where nothing happens
    wake.start(20);
    while (!done()) {
        if (deadline.hasExpired()) return false;
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
    return true;
}

/// A transport to one target and the exchanges made with it.
class Client {
public:
    Client(const Clock& clock, const Target& target, const Knobs& knobs = {}) {
        auto made = makeQtTransport(clock, target, knobs);
        if (!made) qFatal("no transport: %s", made.error().message.c_str());
        transport = std::move(*made);
    }

    static Target target(const ScriptedServer& server, const Variant& v, const std::string& host = "127.0.0.1") {
        Target t;
        t.baseUrl = server.url(host) + "/v1";
        t.http = v.mode();
        if (v.tls) t.caPem = {server.caPem()};
        return t;
    }

    /// False when ready was not called within 20 s; `problem` holds what it said.
    bool prepare(int cap, bool prewarm = true) {
        bool inside = true, called = false;
        transport->prepare(cap, prewarm, [&](std::optional<Outcome> outcome) {
            if (inside) qFatal("ready was called from inside prepare");
            called = true;
            problem = std::move(outcome);
        });
        inside = false;
        return waitUntil([&] { return called; }, 20'000);
    }

    Recording& start(const std::string& body = "{}", const std::string& path = "/chat/completions") {
        recordings.push_back(std::make_unique<Recording>());
        Recording& r = *recordings.back();
        ExchangeRequest request;
        request.path = path;
        request.body = std::make_shared<const std::string>(body);
        r.exchange = transport->start(request, r);
        return r;
    }
    Recording& at(std::size_t i) { return *recordings.at(i); }

    bool waitForAll(int ms = 30'000) {
        return waitUntil(
            [&] {
                return std::all_of(recordings.begin(), recordings.end(),
                                   [](const auto& r) { return r->end.has_value(); });
            },
            ms);
    }
    int completed() const {
        return static_cast<int>(
            std::count_if(recordings.begin(), recordings.end(), [](const auto& r) { return r->complete(); }));
    }
    /// What went wrong first, for messages.
    std::string complaint() const {
        for (const auto& r : recordings) {
            if (!r->disorder.empty()) return r->disorder;
            if (!r->end) return "an exchange has not ended";
            if (r->end->failure) return std::string(toString(*r->end->failure)) + ": " + r->end->message;
        }
        return {};
    }

    /// The word of what prepare() found; `usable` when it found nothing.
    std::string readiness() const { return problem ? std::string(toString(problem->kind)) : "usable"; }

    std::unique_ptr<Transport> transport; ///< before the recordings: it must outlive their exchanges
    std::vector<std::unique_ptr<Recording>> recordings;
    std::optional<Outcome> problem;
};

} // namespace penstock::test

/// A test's data column `v`, over the four variants.
#define PENSTOCK_VARIANT_ROWS()                                                                                        \
    QTest::addColumn<int>("v");                                                                                        \
    for (int i = 0; i < 4; ++i)                                                                                        \
    QTest::newRow(penstock::test::variants[i].name) << i
#define PENSTOCK_VARIANT()                                                                                             \
    QFETCH(int, v);                                                                                                    \
    const penstock::test::Variant& variant = penstock::test::variants[v]
