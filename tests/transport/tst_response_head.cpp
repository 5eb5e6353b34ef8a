#include "engine/transport/qt_failure.h"
#include "engine/transport/response_head.h"

#include <QNetworkReply>
#include <QTest>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

/// A reply that says what the test says.
class SaidReply : public QNetworkReply {
public:
    SaidReply(int status, const QList<QNetworkReply::RawHeaderPair>& headers, bool http2 = false) {
        setUrl(QUrl("https://api.test/v1/chat/completions"));
        setAttribute(QNetworkRequest::HttpStatusCodeAttribute, status);
        setAttribute(QNetworkRequest::Http2WasUsedAttribute, http2);
        for (const auto& [name, value] : headers)
            setRawHeader(name, value);
    }
    void abort() override {}

protected:
    qint64 readData(char*, qint64) override { return -1; }
};

constexpr auto now = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};

} // namespace

class ResponseHeads : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void retryAfterIsReadInEachForm_data() {
        QTest::addColumn<QByteArray>("ms");
        QTest::addColumn<QByteArray>("after");
        QTest::addColumn<qint64>("milliseconds"); // -1: not understood
        QTest::newRow("seconds") << QByteArray() << QByteArray("7") << qint64{7000};
        QTest::newRow("fraction of a second") << QByteArray() << QByteArray("0.25") << qint64{250};
        QTest::newRow("blanks around") << QByteArray() << QByteArray(" 7\t") << qint64{7000};
        QTest::newRow("zero") << QByteArray() << QByteArray("0") << qint64{0};
        QTest::newRow("milliseconds win") << QByteArray("1500") << QByteArray("7") << qint64{1500};
        QTest::newRow("milliseconds not understood") << QByteArray("soon") << QByteArray("7") << qint64{7000};
        QTest::newRow("date") << QByteArray() << QByteArray("Thu, 01 Jan 2026 00:01:40 GMT") << qint64{100'000};
        QTest::newRow("date in the past") << QByteArray() << QByteArray("Wed, 31 Dec 2025 23:59:59 GMT") << qint64{0};
        QTest::newRow("obsolete date, RFC 850")
            << QByteArray() << QByteArray("Thursday, 01-Jan-26 00:01:40 GMT") << qint64{100'000};
        QTest::newRow("obsolete date, asctime")
            << QByteArray() << QByteArray("Thu Jan  1 00:01:40 2026") << qint64{100'000};
        QTest::newRow("huge") << QByteArray() << QByteArray("1e300") << qint64{30LL * 24 * 3600 * 1000};
        QTest::newRow("negative") << QByteArray() << QByteArray("-1") << qint64{-1};
        QTest::newRow("infinite") << QByteArray() << QByteArray("inf") << qint64{-1};
        QTest::newRow("words") << QByteArray() << QByteArray("in a minute or so, perhaps") << qint64{-1};
        QTest::newRow("empty") << QByteArray() << QByteArray() << qint64{-1};
    }
    void retryAfterIsReadInEachForm() {
        QFETCH(QByteArray, ms);
        QFETCH(QByteArray, after);
        QFETCH(qint64, milliseconds);
        const auto parsed = parseRetryAfter(ms.toStdString(), after.toStdString(), now);
        QCOMPARE(parsed ? std::chrono::duration_cast<std::chrono::milliseconds>(*parsed).count() : -1, milliseconds);
    }

    void aHeadIsReadWhole() {
        const SaidReply reply(429,
                              {{"Content-Type", "application/json; charset=utf-8"},
                               {"X-Request-Id", QByteArray(300, 'i')},
                               {"Retry-After", "3"},
                               {"x-should-retry", "TRUE"},
                               {"Content-Length", "2"},
                               {"Connection", "Keep-Alive, Close"}},
                              false);
        const auto head = readHead(reply, now);
        QCOMPARE(head.status, 429);
        QCOMPARE(head.contentType, std::string("application/json; charset=utf-8"));
        QCOMPARE(head.httpVersion, std::string("1.1"));
        QCOMPARE(head.requestId, std::string(128, 'i'));
        QCOMPARE(*head.retryAfter, Nanos{3s});
        QCOMPARE(*head.shouldRetry, true);
        QVERIFY(head.closes);
    }

    void whetherTheConnectionClosesIsReadFromTheHead() {
        QVERIFY(!readHead(SaidReply(200, {{"Content-Length", "2"}}), now).closes);
        QVERIFY(!readHead(SaidReply(200, {{"Transfer-Encoding", "chunked"}}), now).closes);
        QVERIFY(!readHead(SaidReply(200, {{"Content-Length", "2"}, {"Connection", "enclosed"}}), now).closes);
        QVERIFY(!readHead(SaidReply(204, {}), now).closes);
        QVERIFY(readHead(SaidReply(200, {}), now).closes);
        QVERIFY(!readHead(SaidReply(200, {}, true), now).closes);
        QCOMPARE(readHead(SaidReply(200, {}, true), now).httpVersion, std::string("2"));
        QCOMPARE(readHead(SaidReply(200, {{"Request-Id", "r"}}), now).requestId, std::string("r"));
    }

    void aRedirectNamesTheHostAlone() {
        const SaidReply reply(301, {{"Location", "https://user:pw@elsewhere.test:444/path?token=secret"}});
        const auto message = redirectMessage(reply);
        QVERIFY2(message.find("(301) to https://elsewhere.test:444,") != std::string::npos, message.c_str());
        QVERIFY(message.find("secret") == std::string::npos && message.find("pw") == std::string::npos);
    }

    void failuresAreToldApart_data() {
        QTest::addColumn<int>("error");
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("status");
        QTest::addColumn<bool>("http2");
        QTest::addColumn<bool>("sent");
        QTest::addColumn<bool>("connectionNew");
        QTest::addColumn<QString>("ending"); // `unprocessed` for what may go out again
        using E = QNetworkReply;
        QTest::newRow("complete") << int(E::NoError) << "" << 200 << false << true << false << "complete";
        QTest::newRow("status 500") << int(E::InternalServerError) << "" << 500 << false << true << false << "complete";
        QTest::newRow("status 400") << int(E::ProtocolInvalidOperationError) << "" << 400 << false << true << false
                                    << "complete";
        QTest::newRow("no status") << int(E::NoError) << "" << 0 << true << true << false << "connection_lost";
        QTest::newRow("refused") << int(E::ConnectionRefusedError) << "" << 0 << false << false << true
                                 << "connect_failed";
        QTest::newRow("no name") << int(E::HostNotFoundError) << "" << 0 << false << false << true << "connect_failed";
        QTest::newRow("unreachable") << int(E::UnknownNetworkError) << "" << 0 << false << false << true
                                     << "connect_failed";
        QTest::newRow("proxy") << int(E::ProxyNotFoundError) << "" << 0 << false << false << true << "connect_failed";
        QTest::newRow("handshake") << int(E::SslHandshakeFailedError) << "" << 0 << false << false << true
                                   << "tls_failed";
        QTest::newRow("closed, new") << int(E::RemoteHostClosedError) << "" << 0 << false << true << true
                                     << "connection_lost";
        QTest::newRow("closed, old") << int(E::RemoteHostClosedError) << "" << 0 << false << true << false
                                     << "stale_connection";
        QTest::newRow("would be sent again, old")
            << int(E::ContentReSendError) << "" << 0 << false << true << false << "stale_connection";
        QTest::newRow("would be sent again, new")
            << int(E::ContentReSendError) << "" << 0 << false << true << true << "connection_lost";
        QTest::newRow("would be sent again, HTTP/1.1 after all")
            << int(E::ContentReSendError) << "" << 0 << true << true << true << "connection_lost";
        QTest::newRow("GOAWAY") << int(E::ContentReSendError)
                                << "Server stopped accepting new streams before this stream was established" << 0
                                << true << true << false << "unprocessed";
        QTest::newRow("REFUSED_STREAM") << int(E::ProtocolFailure) << "Server refused a stream" << 0 << true << true
                                        << false << "unprocessed";
        QTest::newRow("another reset") << int(E::ProtocolFailure) << "HTTP/2 protocol error" << 0 << true << true
                                       << false << "connection_lost";
        QTest::newRow("reset, INTERNAL_ERROR") << int(E::InternalServerError) << "Internal server error" << 0 << true
                                               << true << false << "connection_lost";
        QTest::newRow("REFUSED_STREAM on HTTP/1.1")
            << int(E::ProtocolFailure) << "Server refused a stream" << 0 << false << true << false << "connection_lost";
        QTest::newRow("cut") << int(E::RemoteHostClosedError) << "" << 200 << false << true << false << "cut_stream";
        QTest::newRow("would be sent again after the head")
            << int(E::ContentReSendError) << "" << 200 << false << true << false << "cut_stream";
        QTest::newRow("cut error body") << int(E::RemoteHostClosedError) << "" << 500 << false << true << false
                                        << "cut_stream";
        QTest::newRow("reset in the body")
            << int(E::InternalServerError) << "" << 200 << true << true << false << "cut_stream";
    }
    void failuresAreToldApart() {
        QFETCH(int, error);
        QFETCH(QString, text);
        QFETCH(int, status);
        QFETCH(bool, http2);
        QFETCH(bool, sent);
        QFETCH(bool, connectionNew);
        QFETCH(QString, ending);
        const ReplyEnd end{
            static_cast<QNetworkReply::NetworkError>(error), text, status, http2, false, sent, connectionNew, false, std::nullopt};
        const auto failure = failureOf(end);
        ReplyEnd delimited = end;
        delimited.closeDelimited = true;
        // Where only the connection's end delimits the body, that end is no failure.
        if (status == 200 && error == QNetworkReply::ContentReSendError) QVERIFY(!failureOf(delimited));
        const auto word = !failure               ? std::string("complete")
                          : failure->unprocessed ? std::string("unprocessed")
                                                 : std::string(toString(failure->kind));
        QCOMPARE(word, ending.toStdString());
        if (failure) QVERIFY(!failure->message.empty());
    }
};

QTEST_GUILESS_MAIN(ResponseHeads)
#include "tst_response_head.moc"
