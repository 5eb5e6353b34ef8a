#pragma once

#include <QTcpSocket>
#include <QTest>

#include <cerrno>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace penstock {

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
        connected = QTest::qWaitFor([this] { return socket.state() == QAbstractSocket::ConnectedState; }, 5'000);
    }

    void say(const QByteArray& bytes) {
        socket.write(bytes);
        socket.flush();
    }
    bool hears(const QByteArray& all) {
        return QTest::qWaitFor([&] { return heard.size() >= all.size(); }, 5'000) && heard == all;
    }
    bool hearsEnd(const QByteArray& ending) {
        return QTest::qWaitFor([&] { return heard.endsWith(ending); }, 5'000);
    }
    bool isClosed() {
        return QTest::qWaitFor([this] { return socket.state() == QAbstractSocket::UnconnectedState; }, 5'000);
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

    void say(const QByteArray& bytes) {
        QTest::qWaitFor(
            [&] { return ::send(descriptor, bytes.data(), size_t(bytes.size()), MSG_NOSIGNAL) == bytes.size(); });
    }
    /// 0 after a FIN, ECONNRESET after a RST, -1 when neither came.
    int end() {
        int ended = -1;
        QTest::qWaitFor(
            [&] {
                char bytes[4096];
                const auto count = ::recv(descriptor, bytes, sizeof bytes, 0);
                if (count == 0) ended = 0;
                if (count < 0 && errno != EAGAIN && errno != ENOTCONN) ended = errno;
                return ended >= 0;
            },
            5'000);
        return ended;
    }

    int descriptor;
};

/// Lets the event loop come round, for what must not happen.
inline void turnLoop(int times = 20) {
    for (int i = 0; i < times; ++i)
        QCoreApplication::processEvents();
}

} // namespace penstock
