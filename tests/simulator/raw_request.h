#pragma once

#include <QHostAddress>
#include <QTcpSocket>
#include <QTest>

#include <string>

namespace penstock::test {

/// One POST on a connection of its own, sent once and only once, with all bytes of the answer as they came.
class RawRequest {
public:
    RawRequest(quint16 port, const std::string& body, const std::string& path = "/v1/chat/completions") {
        QObject::connect(&socket_, &QTcpSocket::readyRead, &socket_,
                         [this] { bytes_ += socket_.readAll().toStdString(); });
        socket_.connectToHost(QHostAddress::LocalHost, port);
        const std::string text = "POST " + path +
                                 " HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: " +
                                 std::to_string(body.size()) + "\r\n\r\n" + body;
        socket_.write(text.data(), static_cast<qint64>(text.size()));
    }

    const std::string& bytes() const { return bytes_; }
    bool has(std::string_view part) const { return bytes_.find(part) != std::string::npos; }
    /// The answer's last chunk came: it is whole.
    bool whole() const { return bytes_.ends_with("0\r\n\r\n"); }
    bool closed() const { return socket_.state() == QAbstractSocket::UnconnectedState; }
    void close() { socket_.abort(); }

private:
    QTcpSocket socket_;
    std::string bytes_;
};

} // namespace penstock::test
