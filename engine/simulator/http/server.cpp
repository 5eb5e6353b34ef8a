#include "engine/simulator/http/server.h"

#include "engine/simulator/http/connection.h"

#include <QCoreApplication>
#include <QEvent>
#include <QHostAddress>
#include <QSocketNotifier>
#include <QTcpServer>

#include <cerrno>
#include <sys/socket.h>
#include <unistd.h>
#include <unordered_map>

namespace penstock::http {

namespace {

constexpr std::chrono::milliseconds acceptAgainAfter{50};

/// Listens, and carries the wake-up. Accepting is not left to it: out of descriptors, Qt 6.4 takes the error for a
/// temporary one (it keeps the first that its socket ever had) and asks again at once, without end.
class Listener final : public QTcpServer {
public:
    std::function<void()> onWake;

    static QEvent::Type wakeType() {
        static const int type = QEvent::registerEventType();
        return static_cast<QEvent::Type>(type);
    }

protected:
    bool event(QEvent* event) override {
        if (event->type() != wakeType()) return QTcpServer::event(event);
        onWake();
        return true;
    }
};

class ServerImpl final : public Server, public Host {
public:
    ServerImpl(ServerOptions options, std::unique_ptr<TlsContext> tls)
        : options_(std::move(options))
        , tls_(std::move(tls))
        , scratch_(64u << 10) {
        listener_.onWake = [this] { turnAll(); };
    }

    ~ServerImpl() override {
        notifier_.reset();
        listener_.close();
        for (auto& [id, connection] : std::exchange(connections_, {}))
            connection->shutDown();
    }

    Status start() {
        listener_.setListenBacklogSize(1024); // 300 clients connect in one burst; the default drops some for a second
        const QHostAddress address(QString::fromStdString(options_.address));
        if (address.isNull()) return Error{"cannot listen on " + options_.address + ": it is no IP address"};
        if (!listener_.listen(address, options_.port))
            return Error{"cannot listen on " + options_.address + ":" + std::to_string(options_.port) + ": " +
                         listener_.errorString().toStdString()};
        port_ = listener_.serverPort();
        listener_.pauseAccepting();
        notifier_ = std::make_unique<QSocketNotifier>(listener_.socketDescriptor(), QSocketNotifier::Read);
        QObject::connect(notifier_.get(), &QSocketNotifier::activated, &listener_, [this] { acceptAll(); });
        return okStatus();
    }

    std::uint16_t port() const override { return port_; }
    void setHandler(Handler handler) override { handler_ = std::move(handler); }
    void setOnConnection(std::function<void(ServerConnection&)> hook) override { onConnection_ = std::move(hook); }
    std::uint64_t connectionsAccepted() const override { return accepted_; }
    int connectionsOpen() const override { return open_; }
    void stopListening() override {
        notifier_->setEnabled(false);
        listener_.close();
    }
    void closeAll() override {
        // A copy: closing is put off to the event loop, but the map is the loop's to change.
        std::vector<std::shared_ptr<Connection>> all;
        for (const auto& [id, connection] : connections_)
            all.push_back(connection);
        for (const auto& connection : all)
            connection->close();
    }

private:
    const ServerOptions& options() const override { return options_; }
    TlsContext* tls() override { return tls_.get(); }
    std::vector<char>& scratch() override { return scratch_; }
    void ended() override { --open_; }
    void retire(Connection& connection) override { connections_.erase(connection.id()); }

    void handle(std::shared_ptr<ServerExchange> exchange) override {
        if (handler_) return handler_(std::move(exchange));
        exchange->head(503, {{"content-length", "0"}});
        exchange->finish();
    }

    void wake(std::shared_ptr<Connection> connection) override {
        if (woken_.empty()) QCoreApplication::postEvent(&listener_, new QEvent(Listener::wakeType()));
        woken_.push_back(std::move(connection));
    }

    void turnAll() {
        turning_.swap(woken_);
        for (const auto& connection : turning_)
            connection->turn();
        turning_.clear();
    }

    void acceptAll() {
        while (listener_.isListening()) {
            const int descriptor = ::accept4(static_cast<int>(listener_.socketDescriptor()), nullptr, nullptr,
                                             SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (descriptor >= 0) {
                accept(descriptor);
            } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
                return;
            } else if (errno != EINTR && errno != ECONNABORTED) {
                // Out of descriptors or memory; the client waits in the backlog meanwhile.
                notifier_->setEnabled(false);
                QTimer::singleShot(acceptAgainAfter, &listener_,
                                   [this] { notifier_->setEnabled(listener_.isListening()); });
                return;
            }
        }
    }

    void accept(int descriptor) {
        // One that its client has reset meanwhile was opened all the same, and the client counts it.
        ++accepted_;
        auto connection = std::make_shared<Connection>(*this, accepted_);
        if (!connection->adopt(descriptor)) {
            ::close(descriptor);
            return;
        }
        ++open_;
        connections_.emplace(connection->id(), connection);
        if (onConnection_) onConnection_(*connection);
        connection->start();
    }

    ServerOptions options_;
    std::unique_ptr<TlsContext> tls_;
    std::vector<char> scratch_;
    Listener listener_;
    std::unique_ptr<QSocketNotifier> notifier_;
    std::uint16_t port_ = 0;
    Handler handler_;
    std::function<void(ServerConnection&)> onConnection_;
    std::uint64_t accepted_ = 0;
    int open_ = 0;
    std::unordered_map<std::uint64_t, std::shared_ptr<Connection>> connections_;
    std::vector<std::shared_ptr<Connection>> woken_;
    std::vector<std::shared_ptr<Connection>> turning_; ///< kept for its capacity
};

} // namespace

Result<std::unique_ptr<Server>> listen(const ServerOptions& options) {
    std::unique_ptr<TlsContext> tls;
    if (options.tls) {
        auto made = TlsContext::make(options);
        if (!made) return made.error();
        tls = std::move(*made);
    }
    auto server = std::make_unique<ServerImpl>(options, std::move(tls));
    if (const auto started = server->start(); !started) return started.error();
    return std::unique_ptr<Server>(std::move(server));
}

} // namespace penstock::http
