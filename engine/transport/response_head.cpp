#include "engine/transport/response_head.h"

#include <QDateTime>
#include <QLocale>
#include <QNetworkReply>
#include <QTimeZone>

#include <charconv>
#include <cmath>

namespace penstock {

namespace {

std::optional<double> number(std::string_view text) {
    double value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc{} || end != text.data() + text.size() || !std::isfinite(value) || value < 0) return std::nullopt;
    constexpr double thirtyDaysInMs = 30.0 * 24 * 3600 * 1000;
    return std::min(value, thirtyDaysInMs);
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

} // namespace

std::optional<Nanos> parseRetryAfter(std::string_view retryAfterMs, std::string_view retryAfter,
                                     std::chrono::system_clock::time_point wallNow) {
    if (const auto ms = number(trimmed(retryAfterMs))) return fromSeconds(*ms / 1000);
    const auto text = trimmed(retryAfter);
    if (const auto seconds = number(text)) return fromSeconds(std::min(*seconds, 30.0 * 24 * 3600));
    if (text.size() < 20 || text.size() > 40) return std::nullopt;
    // RFC 9110, 5.6.7: IMF-fixdate, always in GMT.
    QString date = QString::fromLatin1(text.data(), static_cast<qsizetype>(text.size()));
    auto when = QLocale::c().toDateTime(date, QStringLiteral("ddd, dd MMM yyyy HH:mm:ss 'GMT'"));
    if (!when.isValid()) return std::nullopt;
    when.setTimeSpec(Qt::UTC);
    const auto nowMs = std::chrono::duration_cast<std::chrono::milliseconds>(wallNow.time_since_epoch()).count();
    return std::chrono::milliseconds(std::max<qint64>(0, when.toMSecsSinceEpoch() - nowMs));
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
    head.closes = reply.rawHeader("Connection").toLower().contains("close");
    return head;
}

} // namespace penstock
