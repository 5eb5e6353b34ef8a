#include "engine/simulator/http/connection.h"

#include "engine/simulator/http/http1_session.h"
#include "engine/simulator/http/http2_session.h"

#include <cerrno>
#include <sys/socket.h>

namespace penstock::http {

namespace {

constexpr std::string_view http2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
constexpr qint64 readBufferBytes = 256 << 10;
constexpr std::chrono::seconds lingerFor{2};

/// What a peer sent and nobody read would turn the FIN of close() into a RST.
void discardUnread(qintptr descriptor) {
    char bytes[16384];
    for (int i = 0; i < 64; ++i)
        if (::recv(static_cast<int>(descriptor), bytes, sizeof bytes, MSG_DONTWAIT) <= 0) return;
}

} // namespace

Connection::Connection(Host& host, std::uint64_t id)
    : host_(&host)
    , options_(host.options())
    , id_(id) {}

Connection::~Connection() = default;

bool Connection::adopt(qintptr descriptor) {
    socket_ = std::make_unique<QTcpSocket>();
    if (!socket_->setSocketDescriptor(descriptor)) return false;
    socket_->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    socket_->setReadBufferSize(readBufferBytes);
    if (auto* context = host_->tls()) tls_ = std::make_unique<TlsSession>(*context);
    return true;
}

void Connection::start() {
    if (state_ == State::Closed) return;
    started_ = true;
    const auto run = [this] { this->run(); };
    QObject::connect(socket_.get(), &QTcpSocket::readyRead, socket_.get(), run);
    QObject::connect(socket_.get(), &QTcpSocket::bytesWritten, socket_.get(), run);
    QObject::connect(socket_.get(), &QTcpSocket::disconnected, socket_.get(), [this] {
        markClosed();
        wake();
    });
    wake();
}

void Connection::close() {
    if (state_ != State::Open) return;
    state_ = State::Closing;
    wake();
}

void Connection::reset() {
    if (state_ == State::Closed) return;
    pushOut();
    if (state_ == State::Closed) return;
    const linger hard{1, 0};
    ::setsockopt(static_cast<int>(socket_->socketDescriptor()), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    markClosed();
    wake();
}

void Connection::goAway() {
    if (isOpen() && protocol_) protocol_->goAway();
}

void Connection::stopReading() {
    silent_ = true;
    // With its buffer full Qt watches the socket no more; what it has already read stays unread as well.
    if (state_ != State::Closed) socket_->setReadBufferSize(1);
}

void Connection::resumeReading() {
    if (!std::exchange(silent_, false) || state_ == State::Closed) return;
    socket_->setReadBufferSize(readBufferBytes);
    wake();
}

std::size_t Connection::backlog() const {
    if (state_ == State::Closed) return 0;
    return out_.size() + wire_.size() + static_cast<std::size_t>(socket_->bytesToWrite());
}

void Connection::wake() {
    woken_ = true;
    if (busy_ || queued_ || !host_) return;
    queued_ = true;
    host_->wake(shared_from_this());
}

void Connection::wrote(std::size_t heldByProtocol) {
    if (backlog() + heldByProtocol > options_.maxPendingBytes)
        reset();
    else
        wake();
}

void Connection::dispatch(const std::shared_ptr<Exchange>& exchange) {
    ++requestsReceived_;
    if (host_) host_->handle(exchange);
}

void Connection::tellLater(std::shared_ptr<Exchange> exchange) {
    untold_.push_back(std::move(exchange));
    wake();
}

void Connection::turn() {
    queued_ = false;
    for (auto& exchange : std::exchange(untold_, {}))
        exchange->becomeGone();
    if (state_ == State::Closed)
        settle();
    else
        run();
}

void Connection::run() {
    if (busy_) return;
    const auto self = shared_from_this();
    busy_ = true;
    if (isOpen() && protocol_) protocol_->proceed();
    pull();
    woken_ = false;
    pushOut();
    busy_ = false;
    if (woken_ || state_ == State::Closed || moreToDo()) wake();
}

bool Connection::moreToDo() const {
    if (!isOpen() || silent_ || !started_ || !hasRoom()) return false;
    if (protocol_ && protocol_->holdsInput()) return true;
    return socket_->bytesAvailable() > 0 && (!protocol_ || protocol_->wantsInput());
}

void Connection::pull() {
    if (!started_) return;
    auto& scratch = host_->scratch();
    if (state_ == State::Closing || state_ == State::Lingering) {
        while (socket_->read(scratch.data(), static_cast<qint64>(scratch.size())) > 0)
            continue;
        return;
    }
    while (isOpen() && !silent_ && hasRoom() && (!protocol_ || protocol_->wantsInput())) {
        const auto count = socket_->read(scratch.data(), static_cast<qint64>(scratch.size()));
        if (count <= 0) return;
        receive({scratch.data(), static_cast<std::size_t>(count)});
    }
}

void Connection::receive(std::string_view bytes) {
    if (tls_) {
        plain_.clear();
        const bool sound = tls_->receive(bytes, plain_);
        tls_->takeOutput(wire_);
        if (!sound) return close();
        if (!tls_->established()) return;
        bytes = plain_;
    }
    if (protocol_)
        protocol_->receive(bytes);
    else
        chooseProtocol(bytes);
}

void Connection::chooseProtocol(std::string_view bytes) {
    bool http2 = false;
    if (tls_) {
        http2 = tls_->protocol() == "h2";
    } else if (options_.http2) {
        sniffed_.append(bytes);
        bytes = sniffed_;
        const auto compared = std::min(bytes.size(), http2Preface.size());
        http2 = bytes.substr(0, compared) == http2Preface.substr(0, compared);
        if (http2 && compared < http2Preface.size()) return;
    }
    if (http2)
        protocol_ = std::make_unique<Http2Session>(*this);
    else if (options_.http1)
        protocol_ = std::make_unique<Http1Session>(*this);
    else
        return close();
    if (!bytes.empty()) protocol_->receive(bytes);
    sniffed_ = {};
}

void Connection::pushOut() {
    while (state_ == State::Open || state_ == State::Closing) {
        if (protocol_ && hasRoom()) protocol_->fill(out_, backlogBound - backlog());
        if (tls_ && !out_.empty()) {
            tls_->send(out_);
            out_.clear();
            tls_->takeOutput(wire_);
        }
        auto& bytes = tls_ ? wire_ : out_;
        if (bytes.empty()) break;
        send(bytes);
    }
    if (isOpen() && protocol_ && protocol_->over()) state_ = State::Closing;
    if (state_ == State::Closing && backlog() == 0) sendFin();
}

/// One system call where the socket takes all, which is nearly always; Qt's buffer and write notifier for the rest.
void Connection::send(std::string& bytes) {
    std::size_t sent = 0;
    if (socket_->bytesToWrite() == 0) {
        const auto count = ::send(static_cast<int>(socket_->socketDescriptor()), bytes.data(), bytes.size(),
                                  MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count > 0) sent = static_cast<std::size_t>(count);
    }
    // An error shows again when Qt writes, and comes back as its signal.
    if (sent < bytes.size()) socket_->write(bytes.data() + sent, static_cast<qint64>(bytes.size() - sent));
    if (bytes.capacity() > backlogBound)
        bytes = {};
    else
        bytes.clear();
}

void Connection::sendFin() {
    if (tls_ && tls_->established()) {
        tls_->shutDown();
        tls_->takeOutput(wire_);
        if (!wire_.empty()) send(wire_);
    }
    if (!linger_) {
        discardUnread(socket_->socketDescriptor());
        markClosed();
        return;
    }
    // The peer is still sending, and would lose our last words to a RST: the end is announced, the rest read and thrown
    // away.
    ::shutdown(static_cast<int>(socket_->socketDescriptor()), SHUT_WR);
    state_ = State::Lingering;
    if (std::exchange(counted_, false)) host_->ended();
    lingerTimer_ = std::make_unique<QTimer>();
    lingerTimer_->setSingleShot(true);
    QObject::connect(lingerTimer_.get(), &QTimer::timeout, lingerTimer_.get(), [this] {
        markClosed();
        wake();
    });
    lingerTimer_->start(lingerFor);
}

void Connection::markClosed() {
    if (state_ == State::Closed) return;
    state_ = State::Closed;
    socket_->disconnect();
    socket_->abort();
    if (std::exchange(counted_, false) && host_) host_->ended();
}

void Connection::settle() {
    const auto self = shared_from_this();
    if (protocol_) {
        for (auto& exchange : protocol_->abandon())
            exchange->becomeGone();
        protocol_.reset();
    }
    for (auto& exchange : std::exchange(untold_, {}))
        exchange->becomeGone();
    tls_.reset();
    lingerTimer_.reset();
    socket_.reset();
    out_ = {};
    wire_ = {};
    if (host_) host_->retire(*this);
}

void Connection::shutDown() {
    markClosed();
    host_ = nullptr;
    if (protocol_) protocol_->abandon();
    protocol_.reset();
    socket_.reset();
    untold_.clear();
}

} // namespace penstock::http
