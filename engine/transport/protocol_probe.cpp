#include "engine/transport/protocol_probe.h"

#include "engine/transport/tls_facts.h"

#include <QSslCipher>
#include <QSslSocket>

#include <nghttp2/nghttp2.h>

namespace penstock {

namespace {

struct SessionDeleter {
    void operator()(nghttp2_session* s) const { nghttp2_session_del(s); }
};

class SocketProbe final : public QObject, public ProtocolProbe {
public:
    SocketProbe(const Clock& clock, const RequestForm& form, bool wantHttp2, Nanos timeout, Done done)
        : clock_(clock)
        , url_(form.url())
        , wantHttp2_(wantHttp2)
        , done_(std::move(done))
        , alarm_(clock.makeAlarm([this] { timedOut(); }))
        , start_(clock.now()) {
        socket_.setProxy(form.proxy());
        connect(&socket_, &QSslSocket::connected, this, [this] { onConnected(); });
        connect(&socket_, &QSslSocket::encrypted, this, [this] { onEncrypted(); });
        connect(&socket_, &QSslSocket::readyRead, this, [this] { onReadable(); });
        connect(&socket_, &QSslSocket::errorOccurred, this, [this](QAbstractSocket::SocketError e) { onError(e); });
        alarm_->setDue(start_ + timeout);
        if (url_.tls) {
            QSslConfiguration configuration = form.tls();
            QList<QByteArray> protocols;
            if (wantHttp2) protocols << QSslConfiguration::ALPNProtocolHTTP2;
            protocols << QSslConfiguration::NextProtocolHttp1_1;
            configuration.setAllowedNextProtocols(protocols);
            socket_.setSslConfiguration(configuration);
        }
        socket_.connectToHost(QString::fromStdString(form.address()), url_.port);
    }

    bool connected() const override { return connected_; }

private:
    std::string where() const { return url_.authority(); }

    void onConnected() {
        connected_ = true;
        connectedAt_ = clock_.now();
        facts_.connect = connectedAt_ - start_;
        facts_.address = socket_.peerAddress().toString().toStdString();
        if (url_.tls) {
            socket_.setPeerVerifyName(QString::fromStdString(url_.host));
            socket_.startClientEncryption();
        } else if (wantHttp2_) {
            startHttp2();
        } else {
            finish(facts_);
        }
    }

    void onEncrypted() {
        encrypted_ = true;
        facts_.handshake = clock_.now() - connectedAt_;
        facts_.tlsVersion = tlsVersionName(socket_.sessionProtocol());
        facts_.cipher = socket_.sessionCipher().name().toStdString();
        facts_.issuer = socket_.peerCertificate().issuerInfo(QSslCertificate::CommonName).join(u' ').toStdString();
        if (socket_.sslConfiguration().nextNegotiatedProtocol() == QSslConfiguration::ALPNProtocolHTTP2)
            startHttp2();
        else
            finish(facts_);
    }

    void startHttp2() {
        nghttp2_session_callbacks* callbacks = nullptr;
        nghttp2_session_callbacks_new(&callbacks);
        nghttp2_session_callbacks_set_on_frame_recv_callback(
            callbacks, [](nghttp2_session*, const nghttp2_frame* frame, void* self) {
                const bool settings = frame->hd.type == NGHTTP2_SETTINGS && !(frame->hd.flags & NGHTTP2_FLAG_ACK);
                if (settings) static_cast<SocketProbe*>(self)->settingsSeen_ = true;
                return 0;
            });
        nghttp2_session* session = nullptr;
        nghttp2_session_client_new(&session, callbacks, this);
        nghttp2_session_callbacks_del(callbacks);
        session_.reset(session);
        nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, nullptr, 0);
        flush();
    }

    void flush() {
        for (;;) {
            const uint8_t* data = nullptr;
            const auto n = nghttp2_session_mem_send(session_.get(), &data);
            if (n <= 0) return;
            socket_.write(reinterpret_cast<const char*>(data), n);
        }
    }

    void onReadable() {
        while (session_ && !settingsSeen_ && socket_.bytesAvailable() > 0) {
            const QByteArray bytes = socket_.read(65536);
            const auto n = nghttp2_session_mem_recv(session_.get(), reinterpret_cast<const uint8_t*>(bytes.constData()),
                                                    static_cast<std::size_t>(bytes.size()));
            if (n < 0) {
                fail(OutcomeKind::ConnectFailed, where() + " does not speak HTTP/2 on this connection");
                return;
            }
            flush();
        }
        if (!settingsSeen_) return;
        facts_.http2 = true;
        const auto limit = nghttp2_session_get_remote_settings(session_.get(), NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
        if (limit != UINT32_MAX) facts_.maxConcurrentStreams = limit;
        if (url_.tls) facts_.sessionTicket = socket_.sslConfiguration().sessionTicket();
        nghttp2_session_terminate_session(session_.get(), NGHTTP2_NO_ERROR);
        flush();
        finish(facts_);
    }

    void onError(QAbstractSocket::SocketError error) {
        const auto reason = socket_.errorString().toStdString();
        if (!connected_)
            fail(OutcomeKind::ConnectFailed, "cannot connect to " + where() + ": " + reason);
        else if (error == QAbstractSocket::SslHandshakeFailedError || (url_.tls && !encrypted_))
            failTls(reason);
        else
            fail(OutcomeKind::ConnectFailed,
                 where() + " ended the connection before it said what it speaks: " + reason);
    }

    void timedOut() {
        fail(OutcomeKind::ConnectTimeout,
             connected_ ? where() + " accepted the connection and then said nothing within connect-timeout"
                        : "no connection to " + where() + " within connect-timeout");
    }

    void failTls(const std::string& reason) {
        const auto fault = certificateFault(socket_.sslHandshakeErrors());
        fail(OutcomeKind::TlsFailed, "TLS with " + where() + " failed: " + (fault ? fault->words : reason),
             fault ? fault->code : std::string());
    }

    void fail(OutcomeKind kind, std::string message, std::string code = {}) {
        Outcome outcome;
        outcome.kind = kind;
        outcome.code = std::move(code);
        outcome.message = std::move(message);
        finish(outcome);
    }

    void finish(std::variant<ProtocolFacts, Outcome> answer) {
        if (!done_) return;
        alarm_->setDue(std::nullopt);
        socket_.disconnect(this);
        socket_.disconnectFromHost();
        // Queued: the owner may destroy this object from inside the call.
        QMetaObject::invokeMethod(
            this, [done = std::exchange(done_, nullptr), answer = std::move(answer)] { done(answer); },
            Qt::QueuedConnection);
    }

    const Clock& clock_;
    BaseUrl url_;
    bool wantHttp2_;
    Done done_;
    std::unique_ptr<Alarm> alarm_;
    QSslSocket socket_;
    std::unique_ptr<nghttp2_session, SessionDeleter> session_;
    Instant start_, connectedAt_{};
    bool connected_ = false, encrypted_ = false, settingsSeen_ = false;
    ProtocolFacts facts_;
};

} // namespace

std::unique_ptr<ProtocolProbe> startProtocolProbe(const Clock& clock, const RequestForm& form, bool wantHttp2,
                                                  Nanos timeout, ProtocolProbe::Done done) {
    return std::make_unique<SocketProbe>(clock, form, wantHttp2, timeout, std::move(done));
}

} // namespace penstock
