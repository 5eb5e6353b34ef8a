#pragma once

#include "engine/simulator/http/server.h"

#include <QObject>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::test {

class ScriptedServer;

/// One request at the server, and the means to answer it well or badly. Ignored once it has ended.
class ScriptedExchange : public std::enable_shared_from_this<ScriptedExchange> {
public:
    const http::ServerRequest& request() const { return raw_->request(); }
    http::ServerConnection& connection() { return raw_->connection(); }
    bool live() const { return live_; }

    void head(int status, const http::Headers& headers) { raw_->head(status, headers); }
    void write(std::string_view bytes) { raw_->write(bytes); }
    void finish();
    /// A whole answer with its content-length.
    void answer(int status, std::string_view body, http::Headers headers = {});
    /// 200, text/event-stream, without an end.
    void beginStream(std::string_view firstBytes = {});

    void hold();            ///< for ScriptedServer::held(), until the test ends it
    void closeConnection(); ///< FIN
    void resetConnection(); ///< RST
    void resetStream(std::uint32_t errorCode);
    void refuse() { resetStream(7); } ///< HTTP/2: REFUSED_STREAM
    void goAwayUnprocessed();         ///< HTTP/2: GOAWAY below this stream

private:
    friend class ScriptedServer;
    void ended();

    ScriptedServer* server_ = nullptr;
    std::shared_ptr<http::ServerExchange> raw_;
    bool live_ = true;
};
using ScriptedExchangePtr = std::shared_ptr<ScriptedExchange>;

/// What the server does with one request.
using Answer = std::function<void(const ScriptedExchangePtr&)>;

/// Answers with names. Each is given to ScriptedServer::script() or otherwise().
namespace answers {

Answer text(int status, std::string body, http::Headers headers = {});
/// 200 with a complete event stream of these bytes.
Answer stream(std::string bytes);
/// Nothing, until the test answers one of ScriptedServer::held().
Answer hold();
/// 200, these bytes of a stream, then nothing.
Answer stall(std::string bytes = {});
Answer dropBeforeHead();       ///< FIN (HTTP/2 too: the connection)
Answer resetBeforeHead();      ///< RST (HTTP/2: RST_STREAM, INTERNAL_ERROR)
Answer cut(std::string bytes); ///< 200 and these bytes of a stream, then FIN of the connection
/// 200, announces `announced` bytes and sends `bytes`, then FIN.
Answer shortBody(std::string bytes, std::size_t announced);
/// A whole stream, then FIN though keep-alive was not denied.
Answer streamThenClose(std::string bytes);
Answer refuse();            ///< HTTP/2: REFUSED_STREAM
Answer goAwayUnprocessed(); ///< HTTP/2: GOAWAY below this stream

} // namespace answers

/// A server in the test's own thread whose behaviour is a script: one answer a request, in the order in which they
/// arrive, then otherwise(). It keeps count of everything a client could be wrong about.
class ScriptedServer {
public:
    struct Seen {
        http::ServerRequest request;
        std::uint64_t connection = 0;
    };

    /// Fails the program when it cannot listen. `options` without certificate and with tls: made, once a process.
    explicit ScriptedServer(http::ServerOptions options);
    ScriptedServer()
        : ScriptedServer(http::ServerOptions()) {}
    ~ScriptedServer();

    std::uint16_t port() const { return server_->port(); }
    /// `http(s)://HOST:PORT`
    std::string url(const std::string& host = "127.0.0.1") const;
    /// The authority that its certificate is signed by; empty without TLS.
    const std::string& caPem() const { return caPem_; }

    void script(std::vector<Answer> answers);
    void otherwise(Answer answer) { otherwise_ = std::move(answer); }

    /// Requests received and neither answered nor gone.
    int inFlight() const { return static_cast<int>(live_.size()); }
    int peakInFlight() const { return peak_; }
    const std::vector<ScriptedExchangePtr>& held() const { return held_; }
    /// Ends every held exchange with a complete stream of `bytes`.
    void releaseHeld(std::string_view bytes = "data: [DONE]\n\n");

    /// Whole requests, in order of arrival.
    const std::vector<Seen>& seen() const { return seen_; }
    /// How often a request with this body came.
    int timesSeen(const std::string& body) const;
    /// Requests whose client went away before the answer was complete.
    int gone() const { return gone_; }
    std::uint64_t connectionsAccepted() const { return server_->connectionsAccepted(); }
    int connectionsOpen() const { return server_->connectionsOpen(); }
    http::Server& http() { return *server_; }

private:
    friend class ScriptedExchange;
    void onRequest(const std::shared_ptr<http::ServerExchange>& raw);

    std::unique_ptr<http::Server> server_;
    bool tls_ = false;
    std::string caPem_;
    std::deque<Answer> script_;
    Answer otherwise_;
    std::vector<Seen> seen_;
    std::map<std::string, int> bodies_;
    std::set<ScriptedExchangePtr> live_;
    std::vector<ScriptedExchangePtr> held_;
    int peak_ = 0, gone_ = 0;
};

} // namespace penstock::test
