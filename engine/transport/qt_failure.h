#pragma once

#include "engine/base/outcome.h"
#include "engine/transport/tls_facts.h"

#include <QNetworkReply>
#include <QString>

#include <optional>
#include <string>

namespace penstock {

/// What was known of a reply when it finished: all that Qt lets one see of why.
struct ReplyEnd {
    QNetworkReply::NetworkError error = QNetworkReply::NoError;
    QString text;       ///< QNetworkReply::errorString()
    int status = 0;     ///< 0: no response head came
    bool http2 = false; ///< the connection speaks HTTP/2
    bool tls = false;
    bool sent = false;           ///< requestSent, or bytes of the body were taken
    bool connectionNew = false;  ///< the connection was opened for this request
    bool closeDelimited = false; ///< the body has no other end than the connection's
    std::optional<CertificateFault> certificate; ///< what is wrong with the server's
};

/// The same in the transport's words.
struct WireFailure {
    OutcomeKind kind = OutcomeKind::ConnectionLost;
    std::string message; ///< one sentence without the peer's name
    std::string code;    ///< of a certificate's fault; else empty
    /// The server did not process the request, says the protocol (REFUSED_STREAM, or GOAWAY below the stream): it may
    /// go out again on another connection.
    bool unprocessed = false;
    /// No TCP connection came about.
    bool neverConnected = false;
    /// The connection is gone, not this stream alone.
    bool connectionGone = true;
};

/// nullopt: the response is complete, whatever its status. A closed connection without a response head is
/// StaleConnection on a connection that had been opened before, else ConnectionLost. Qt does not tell how much of a
/// head arrived.
std::optional<WireFailure> failureOf(const ReplyEnd& end);

} // namespace penstock
