#pragma once

#include "tests/simulator/raw_client.h"

#include <nghttp2/nghttp2.h>

#include <map>
#include <string>
#include <vector>

namespace penstock {

/// An HTTP/2 client on libnghttp2 that keeps all it hears. It acts only when the event loop runs.
class Http2Client {
public:
    struct Stream {
        int status = 0;
        std::map<std::string, std::string> headers;
        std::string body;
        bool complete = false; ///< END_STREAM was heard
        bool closed = false;
        std::uint32_t errorCode = 0; ///< of the RST_STREAM, or nghttp2's own
    };

    /// Without `ownWindows` the server may send 65,535 bytes, and no more.
    explicit Http2Client(quint16 port, bool ownWindows = true, QTcpSocket* transport = nullptr)
        : socket_(transport ? transport : new QTcpSocket) {
        nghttp2_session_callbacks* callbacks = nullptr;
        nghttp2_session_callbacks_new(&callbacks);
        nghttp2_session_callbacks_set_on_header_callback(
            callbacks,
            [](nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t nameLength,
               const std::uint8_t* value, std::size_t valueLength, std::uint8_t, void* user) {
                auto& stream = self(user).streams[frame->hd.stream_id];
                const std::string key(reinterpret_cast<const char*>(name), nameLength);
                const std::string text(reinterpret_cast<const char*>(value), valueLength);
                if (key == ":status")
                    stream.status = std::stoi(text);
                else
                    stream.headers[key] = text;
                return 0;
            });
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
            callbacks, [](nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes, std::size_t count,
                          void* user) {
                self(user).streams[id].body.append(reinterpret_cast<const char*>(bytes), count);
                return 0;
            });
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, [](nghttp2_session* session,
                                                                           const nghttp2_frame* frame, void* user) {
            auto& me = self(user);
            if ((frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA) &&
                (frame->hd.flags & NGHTTP2_FLAG_END_STREAM))
                me.streams[frame->hd.stream_id].complete = true;
            if (frame->hd.type == NGHTTP2_GOAWAY)
                me.goAways.emplace_back(frame->goaway.last_stream_id, frame->goaway.error_code);
            if (frame->hd.type == NGHTTP2_SETTINGS && !(frame->hd.flags & NGHTTP2_FLAG_ACK))
                me.streamLimit = nghttp2_session_get_remote_settings(session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
            return 0;
        });
        nghttp2_session_callbacks_set_on_stream_close_callback(
            callbacks, [](nghttp2_session*, std::int32_t id, std::uint32_t errorCode, void* user) {
                auto& stream = self(user).streams[id];
                stream.closed = true;
                stream.errorCode = errorCode;
                return 0;
            });
        nghttp2_option* option = nullptr;
        nghttp2_option_new(&option);
        nghttp2_option_set_no_auto_window_update(option, !ownWindows);
        nghttp2_option_set_max_send_header_block_length(option, 1u << 20);
        nghttp2_session_client_new2(&session_, callbacks, this, option);
        nghttp2_option_del(option);
        nghttp2_session_callbacks_del(callbacks);
        nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, nullptr, 0);

        QObject::connect(socket_.get(), &QTcpSocket::readyRead, socket_.get(), [this] {
            const QByteArray bytes = socket_->readAll();
            nghttp2_session_mem_recv(session_, reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                     size_t(bytes.size()));
            flush();
        });
        if (transport) return;
        socket_->connectToHost(QStringLiteral("127.0.0.1"), port);
        connected = waitFor([this] { return socket_->state() == QAbstractSocket::ConnectedState; });
        flush();
    }
    ~Http2Client() { nghttp2_session_del(session_); }
    Http2Client(const Http2Client&) = delete;
    Http2Client& operator=(const Http2Client&) = delete;

    /// Leaves with flush(). `body` must live until it is sent.
    std::int32_t request(const std::string& path, const std::string* body = nullptr) {
        std::string method = body ? "POST" : "GET", scheme = "http", authority = "h";
        const auto field = [](const char* name, std::string& value) {
            return nghttp2_nv{reinterpret_cast<std::uint8_t*>(const_cast<char*>(name)),
                              reinterpret_cast<std::uint8_t*>(value.data()), strlen(name), value.size(),
                              NGHTTP2_NV_FLAG_NONE};
        };
        std::string target = path;
        const nghttp2_nv fields[] = {field(":method", method), field(":scheme", scheme), field(":authority", authority),
                                     field(":path", target)};
        nghttp2_data_provider provider{};
        if (body) {
            unsent_.push_back({body, 0});
            provider.source.fd = int(unsent_.size()) - 1;
            provider.read_callback = [](nghttp2_session*, std::int32_t, std::uint8_t* buffer, std::size_t length,
                                        std::uint32_t* flags, nghttp2_data_source* source, void* user) {
                auto& [text, sent] = self(user).unsent_[size_t(source->fd)];
                const auto count = text->copy(reinterpret_cast<char*>(buffer), length, sent);
                sent += count;
                if (sent == text->size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
                return ssize_t(count);
            };
        }
        const auto id = nghttp2_submit_request(session_, nullptr, fields, 4, body ? &provider : nullptr, nullptr);
        streams[id];
        return id;
    }
    void reset(std::int32_t id) {
        nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
        flush();
    }
    void openWindow(std::int32_t id, std::int32_t bytes) {
        nghttp2_submit_window_update(session_, NGHTTP2_FLAG_NONE, id, bytes);
        flush();
    }
    void flush() {
        const std::uint8_t* bytes = nullptr;
        ssize_t count = 0;
        while ((count = nghttp2_session_mem_send(session_, &bytes)) > 0)
            socket_->write(reinterpret_cast<const char*>(bytes), count);
        socket_->flush();
    }
    bool settled(std::int32_t id) {
        return waitFor([&] { return streams[id].closed; });
    }
    bool isClosed() {
        return waitFor([this] { return socket_->state() == QAbstractSocket::UnconnectedState; });
    }
    QTcpSocket& socket() { return *socket_; }

    std::map<std::int32_t, Stream> streams;
    std::vector<std::pair<std::int32_t, std::uint32_t>> goAways; ///< last stream, error
    std::uint32_t streamLimit = 0;                               ///< 0 until SETTINGS came
    bool connected = false;

private:
    static Http2Client& self(void* user) { return *static_cast<Http2Client*>(user); }

    std::unique_ptr<QTcpSocket> socket_;
    nghttp2_session* session_ = nullptr;
    std::vector<std::pair<const std::string*, std::size_t>> unsent_;
};

} // namespace penstock
