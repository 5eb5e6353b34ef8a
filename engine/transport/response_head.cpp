#include "engine/transport/response_head.h"

#include <QDateTime>
#include <QLocale>
#include <QNetworkReply>
#include <QTimeZone>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace penstock {

namespace {

std::optional<double> number(std::string_view text) {
    double value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc{} || end != text.data() + text.size() || !std::isfinite(value) || value < 0)
        return std::nullopt;
    constexpr double thirtyDaysInMs = 30.0 * 24 * 3600 * 1000;
    return std::min(value, thirtyDaysInMs);
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

/// RFC 9110, 5.6.7: the preferred form and the two obsolete ones that a recipient must accept; always in GMT. Since
/// 1970.
std::optional<std::chrono::milliseconds> parseHttpDate(const QString& text) {
    const QLocale c = QLocale::c();
    QDateTime when = c.toDateTime(text, QStringLiteral("ddd, dd MMM yyyy HH:mm:ss 'GMT'"));
    if (!when.isValid()) {
        // Qt reads two digits as 19xx, of which the day of the week is another.
        when = c.toDateTime(text.section(QStringLiteral(", "), 1), QStringLiteral("dd-MMM-yy HH:mm:ss 'GMT'"));
        if (when.isValid() && when.date().year() < 1970) when = when.addYears(100);
    }
    if (!when.isValid()) when = c.toDateTime(text.simplified(), QStringLiteral("ddd MMM d HH:mm:ss yyyy"));
    if (!when.isValid()) return std::nullopt;
    when.setTimeSpec(Qt::UTC);
    return std::chrono::milliseconds(when.toMSecsSinceEpoch());
}

/// Whether `close` is one of the options of a Connection header.
bool announcesClose(const QByteArray& connection) {
    const auto options = connection.toLower().split(',');
    return std::any_of(options.begin(), options.end(), [](const QByteArray& o) { return o.trimmed() == "close"; });
}

} // namespace

std::optional<Nanos> parseRetryAfter(std::string_view retryAfterMs, std::string_view retryAfter,
                                     std::chrono::system_clock::time_point wallNow) {
    if (const auto ms = number(trimmed(retryAfterMs))) return fromSeconds(*ms / 1000);
    const auto text = trimmed(retryAfter);
    if (const auto seconds = number(text)) return fromSeconds(std::min(*seconds, 30.0 * 24 * 3600));
    if (text.size() < 20 || text.size() > 40) return std::nullopt;
    const auto when = parseHttpDate(QString::fromLatin1(text.data(), static_cast<qsizetype>(text.size())));
    if (!when) return std::nullopt;
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(wallNow.time_since_epoch());
    return std::max(std::chrono::milliseconds{0}, *when - now);
}

ResponseHead readHead(const QNetworkReply& reply, std::chrono::system_clock::time_point wallNow) {
    ResponseHead head;
    head.status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    head.contentType = reply.rawHeader("Content-Type").toStdString();
    head.httpVersion = reply.attribute(QNetworkRequest::Http2WasUsedAttribute).toBool() ? "2" : "1.1";
    head.requestId = reply.rawHeader("X-Request-Id").left(128).toStdString();
    if (head.requestId.empty()) head.requestId = reply.rawHeader("Request-Id").left(128).toStdString();
    const QByteArray ms = reply.rawHeader("Retry-After-Ms"), after = reply.rawHeader("Retry-After");
    if (!ms.isEmpty() || !after.isEmpty())
        head.retryAfter = parseRetryAfter({ms.data(), static_cast<std::size_t>(ms.size())},
                                          {after.data(), static_cast<std::size_t>(after.size())}, wallNow);
    const QByteArray should = reply.rawHeader("X-Should-Retry").trimmed().toLower();
    if (should == "true") head.shouldRetry = true;
    if (should == "false") head.shouldRetry = false;
    head.closes = endsWithConnection(reply) || announcesClose(reply.rawHeader("Connection"));
    return head;
}

bool endsWithConnection(const QNetworkReply& reply) {
    if (reply.attribute(QNetworkRequest::Http2WasUsedAttribute).toBool()) return false;
    const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    return status != 204 && status != 304 && !reply.hasRawHeader("Content-Length") &&
           !reply.hasRawHeader("Transfer-Encoding");
}

std::string redirectMessage(const QNetworkReply& reply) {
    const auto status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    // Scheme, host and port alone: the rest may hold secrets, and is as long as the server likes.
    const QUrl location = reply.url().resolved(QUrl::fromEncoded(reply.rawHeader("Location").left(2048)));
    const auto where =
        location.toString(QUrl::RemoveUserInfo | QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveFragment);
    return "the server answered with a redirect (" + std::to_string(status) + ") to " + where.left(200).toStdString() +
           ", which is not followed, so that the key goes nowhere else; give the final address as the target";
}

} // namespace penstock
