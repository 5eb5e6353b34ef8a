#pragma once

#include "engine/simulator/http/exchange.h"
#include "engine/simulator/http/protocol.h"
#include "engine/simulator/http/tls.h"

#include <QTcpSocket>
#include <QTimer>

namespace penstock::http {

class Connection;

/// What a connection needs of its server.
class Host {
public:
    virtual ~Host() = default;
    virtual const ServerOptions& options() const = 0;
    virtual TlsContext* tls() = 0; ///< null in the clear
    virtual void handle(std::shared_ptr<ServerExchange> exchange) = 0;
    virtual void wake(std::shared_ptr<Connection> connection) = 0; ///< turn() is called from the event loop
    virtual void ended() = 0;                                      ///< once a connection: it counts as open no more
    virtual void retire(Connection& connection) = 0;               ///< lets go of it
    virtual std::vector<char>& scratch() = 0;                      ///< to read into; holds nothing between calls
};

/// One accepted socket: finds out which protocol is spoken on it, carries that protocol's bytes, and has the faults.
/// All reading and sending happens in the event loop; calls from handlers only leave word, but for reset().
class Connection final : public ServerConnection, public std::enable_shared_from_this<Connection> {
public:
    /// A connection takes no further input and frames no further output beyond so many unsent bytes.
    static constexpr std::size_t backlogBound = 256u << 10;

    Connection(Host& host, std::uint64_t id);
    ~Connection() override;

    bool adopt(qintptr descriptor);
    void start();    ///< begins to read, after the onConnection hook
    void turn();     ///< from the event loop, after wake()
    void shutDown(); ///< the server is going: ends at once and tells nobody

    std::uint64_t id() const override { return id_; }
    std::uint64_t requestsReceived() const override { return requestsReceived_; }
    bool tlsResumed() const override { return tls_ && tls_->resumed(); }
    void close() override;
    void reset() override;
    void goAway() override;
    void stopReading() override;
    void resumeReading() override;

    // For protocols and exchanges
    const ServerOptions& options() const { return options_; }
    bool isOpen() const { return state_ == State::Open; }
    bool hasRoom() const { return backlog() < backlogBound; }
    std::size_t backlog() const; ///< bytes that the network has not taken
    std::string& out() { return out_; }
    void wake();
    void wrote(std::size_t heldByProtocol = 0); ///< wake(), and reset() when too much waits
    void dispatch(const std::shared_ptr<Exchange>& exchange);
    void lingerAtClose() { linger_ = true; }
    void tellLater(std::shared_ptr<Exchange> exchange);

private:
    enum class State { Open, Closing, Lingering, Closed };

    void run();
    void pull();
    void pushOut();
    void receive(std::string_view bytes);
    void chooseProtocol(std::string_view bytes);
    void send(std::string& bytes);
    void sendFin();
    void markClosed();
    void settle();
    bool moreToDo() const;

    Host* host_; ///< null once the server is gone
    const ServerOptions& options_;
    std::uint64_t id_;
    std::uint64_t requestsReceived_ = 0;
    State state_ = State::Open;
    bool counted_ = true; ///< as open
    bool started_ = false;
    bool silent_ = false;
    bool linger_ = false;
    bool busy_ = false; ///< inside run(), which sends what handlers write
    bool woken_ = false;
    bool queued_ = false; ///< turn() will come

    std::unique_ptr<QTcpSocket> socket_;
    std::unique_ptr<TlsSession> tls_;
    std::unique_ptr<Protocol> protocol_;
    std::string sniffed_; ///< the first bytes, until they tell the protocol
    std::string plain_;   ///< decrypted input
    std::string out_;     ///< not yet encrypted
    std::string wire_;    ///< encrypted
    std::vector<std::shared_ptr<Exchange>> untold_;
    std::unique_ptr<QTimer> lingerTimer_;
};

} // namespace penstock::http
