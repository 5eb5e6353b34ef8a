#pragma once

#include <QDeadlineTimer>
#include <QTcpSocket>
#include <QTest>
#include <QTimer>

#include <cerrno>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace penstock {

/// Runs the event loop until the condition holds; false when that takes too long. Unlike QTest::qWaitFor it never
/// sleeps between events, which matters where thousands of waits follow each other.
template <typename Condition>
bool waitFor(Condition condition, int milliseconds = 5'000) {
    const QDeadlineTimer deadline(milliseconds);
    QTimer tick; // wakes the loop where no event will
    tick.start(10);
    while (!condition()) {
        if (deadline.hasExpired()) return false;
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
    }
    return true;
}

/// A client that says exactly the bytes it is told, and keeps every byte it hears. Its waits run the event loop, in
/// which the server of the same thread works.
class RawClient {
public:
    explicit RawClient(quint16 port) {
        QObject::connect(&socket, &QTcpSocket::readyRead, &socket, [this] {
            heard += socket.readAll();
            ++reads;
        });
        QObject::connect(&socket, &QTcpSocket::errorOccurred, &socket,
                         [this](QAbstractSocket::SocketError error) { lastError = error; });
        socket.connectToHost(QStringLiteral("127.0.0.1"), port);
        // Connected or refused
        connected = waitFor([this] {
                        return socket.state() == QAbstractSocket::ConnectedState ||
                               socket.state() == QAbstractSocket::UnconnectedState;
                    }) &&
                    socket.state() == QAbstractSocket::ConnectedState;
    }

    void say(const QByteArray& bytes) {
        socket.write(bytes);
        socket.flush();
    }
    bool hears(const QByteArray& all) {
        return waitFor([&] { return heard.size() >= all.size(); }) && heard == all;
    }
    bool hearsEnd(const QByteArray& ending) {
        return waitFor([&] { return heard.endsWith(ending); });
    }
    bool isClosed() {
        return waitFor([this] { return socket.state() == QAbstractSocket::UnconnectedState; });
    }

    QTcpSocket socket;
    QByteArray heard;
    int reads = 0;
    bool connected = false;
    QAbstractSocket::SocketError lastError = QAbstractSocket::UnknownSocketError;
};

/// How a connection ends, from the kernel itself: Qt tells FIN and RST apart nowhere.
struct KernelClient {
    explicit KernelClient(quint16 port)
        : descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address);
    }
    KernelClient(const KernelClient&) = delete;
    KernelClient& operator=(const KernelClient&) = delete;
    ~KernelClient() { ::close(descriptor); }

    /// Small enough for the kernel's buffer.
    bool say(const QByteArray& bytes) {
        return waitFor(
            [&] { return ::send(descriptor, bytes.data(), size_t(bytes.size()), MSG_NOSIGNAL) == bytes.size(); });
    }
    /// 0 after a FIN, ECONNRESET after a RST, -1 when neither came.
    int end() {
        int ended = -1;
        const auto over = [&] {
            char bytes[4096];
            const auto count = ::recv(descriptor, bytes, sizeof bytes, 0);
            if (count == 0) ended = 0;
            if (count < 0 && errno != EAGAIN && errno != ENOTCONN) ended = errno;
            return ended >= 0;
        };
        return waitFor(over) ? ended : -1;
    }

    int descriptor;
};

/// Lets the event loop come round, for what must not happen.
inline void turnLoop(int times = 20) {
    for (int i = 0; i < times; ++i)
        QCoreApplication::processEvents();
}

} // namespace penstock
