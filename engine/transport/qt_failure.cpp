#include "engine/transport/qt_failure.h"

namespace penstock {

namespace {

/// Qt tells these two apart from other errors by their text alone; it is not translated.
constexpr QLatin1String refusedText("Server refused a stream");
constexpr QLatin1String goAwayText("Server stopped accepting new streams before this stream was established");

/// Errors that Qt makes of the status alone, once the whole response is there.
bool saysStatus(QNetworkReply::NetworkError error) {
    using E = QNetworkReply;
    switch (error) {
    case E::ContentAccessDenied:
    case E::ContentOperationNotPermittedError:
    case E::ContentNotFoundError:
    case E::AuthenticationRequiredError:
    case E::ContentConflictError:
    case E::ContentGoneError:
    case E::UnknownContentError:
    case E::ProtocolInvalidOperationError:
    case E::InternalServerError:
    case E::OperationNotImplementedError:
    case E::ServiceUnavailableError:
    case E::UnknownServerError:
    case E::ProxyAuthenticationRequiredError:
        return true;
    default:
        return false;
    }
}

WireFailure failure(OutcomeKind kind, std::string message) {
    WireFailure f;
    f.kind = kind;
    f.message = std::move(message);
    return f;
}

WireFailure unprocessed(std::string message, bool connectionGone) {
    WireFailure f = failure(OutcomeKind::RefusedStream, std::move(message));
    f.unprocessed = true;
    f.connectionGone = connectionGone;
    return f;
}

WireFailure neverConnected(std::string message) {
    WireFailure f = failure(OutcomeKind::ConnectFailed, std::move(message));
    f.neverConnected = true;
    return f;
}

WireFailure closed(const ReplyEnd& end) {
    if (!end.sent && end.tls && end.connectionNew)
        return failure(OutcomeKind::TlsFailed, "the server closed the connection during the TLS handshake");
    if (end.connectionNew)
        return failure(OutcomeKind::ConnectionLost, "the server closed the connection before it answered");
    return failure(OutcomeKind::StaleConnection, "the connection, opened earlier, closed before any answer");
}

/// An HTTP/2 stream, or a connection whose bytes Qt could not read as HTTP.
WireFailure protocolFailure(const ReplyEnd& end) {
    const auto text = end.text.toStdString();
    if (!end.http2) return failure(OutcomeKind::ConnectionLost, "the answer is not HTTP: " + text);
    if (end.text == refusedText) return unprocessed("the server refused the stream unprocessed", false);
    WireFailure f = failure(OutcomeKind::ConnectionLost, "the server reset the stream before it answered: " + text);
    f.connectionGone = false;
    return f;
}

WireFailure headless(const ReplyEnd& end) {
    using E = QNetworkReply;
    const auto text = end.text.toStdString();
    switch (end.error) {
    case E::ConnectionRefusedError:
        return neverConnected("the connection was refused");
    case E::HostNotFoundError:
        return neverConnected("the host's name was not found");
    case E::SslHandshakeFailedError: {
        WireFailure f = failure(OutcomeKind::TlsFailed, "TLS failed: " + (end.certificate ? end.certificate->words : text));
        if (end.certificate) f.code = end.certificate->code;
        return f;
    }
    case E::RemoteHostClosedError:
        return closed(end);
    case E::ContentReSendError:
        // HTTP/2: GOAWAY with a last stream below this one. Otherwise Qt wanted to send again, and OnceBody refused:
        // also where HTTP/1.1 was negotiated on a connection that was to speak HTTP/2.
        if (end.http2 && end.text == goAwayText)
            return unprocessed("the server is going away and did not take the request", true);
        return closed(end);
    case E::NoError:
    case E::ProtocolFailure:
    case E::InternalServerError:
        return protocolFailure(end);
    default:
        break;
    }
    if (end.error >= E::ProxyConnectionRefusedError && end.error <= E::UnknownProxyError)
        return failure(OutcomeKind::ConnectFailed, "the proxy could not be used: " + text);
    if (end.sent) return failure(OutcomeKind::ConnectionLost, "the connection was lost before an answer: " + text);
    if (end.tls) return failure(OutcomeKind::ConnectFailed, "cannot connect: " + text);
    return neverConnected("cannot connect: " + text);
}

} // namespace

std::optional<WireFailure> failureOf(const ReplyEnd& end) {
    if (end.status == 0) return headless(end);
    if (end.error == QNetworkReply::NoError) return std::nullopt;
    if (end.status >= 400 && saysStatus(end.error)) return std::nullopt;
    // When the end follows the head at once, Qt takes it for a request to be sent again, which OnceBody refused.
    // Whether the body is whole only its dialect can say.
    if (end.closeDelimited && end.error == QNetworkReply::ContentReSendError) return std::nullopt;
    const bool connectionGone = end.error == QNetworkReply::RemoteHostClosedError;
    WireFailure f =
        failure(OutcomeKind::CutStream, connectionGone ? "the connection closed before the response was complete"
                                                       : "the response broke off: " + end.text.toStdString());
    f.connectionGone = connectionGone || !end.http2;
    return f;
}

} // namespace penstock
