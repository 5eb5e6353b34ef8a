#include "engine/simulator/http/http1_parser.h"

#include <QTest>

#include <random>

using namespace penstock::http;
using namespace std::string_literals;

namespace {

struct Parsed {
    std::vector<ServerRequest> requests;
    std::vector<bool> keepAlive;
    int failure = 0;
    bool operator==(const Parsed& other) const {
        if (failure != other.failure || keepAlive != other.keepAlive || requests.size() != other.requests.size())
            return false;
        for (std::size_t i = 0; i < requests.size(); ++i) {
            const auto &a = requests[i], &b = other.requests[i];
            if (a.method != b.method || a.path != b.path || a.headers != b.headers || a.body != b.body ||
                a.httpVersion != b.httpVersion)
                return false;
        }
        return true;
    }
};

Parsed parse(const std::vector<std::string_view>& parts, std::size_t maxBody = 1000) {
    Http1Parser parser(maxBody);
    Parsed parsed;
    for (auto part : parts) {
        while (!part.empty() && !parsed.failure) {
            const auto state = parser.consume(part);
            if (state == Http1Parser::State::Reading) break;
            if (state == Http1Parser::State::Failed) {
                parsed.failure = parser.failure();
                break;
            }
            parsed.keepAlive.push_back(parser.keepAlive());
            parsed.requests.push_back(parser.takeRequest());
        }
    }
    return parsed;
}

Parsed parse(std::string_view whole, std::size_t maxBody = 1000) {
    return parse(std::vector{whole}, maxBody);
}

} // namespace

class tst_Http1Parser : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aRequestIsTakenApart() {
        const auto parsed =
            parse("POST /v1/x?y=1 HTTP/1.1\r\nHost: h\r\nX-Thing:  a b \t\r\nContent-Length: 5\r\n\r\nhello");
        QCOMPARE(parsed.failure, 0);
        QCOMPARE(parsed.requests.size(), 1u);
        const auto& request = parsed.requests[0];
        QCOMPARE(request.method, "POST"s);
        QCOMPARE(request.path, "/v1/x?y=1"s);
        QCOMPARE(request.httpVersion, "1.1"s);
        QCOMPARE(request.body, "hello"s);
        QVERIFY((request.headers == Headers{{"host", "h"}, {"x-thing", "a b"}, {"content-length", "5"}}));
        QCOMPARE(request.header("x-thing"), std::string_view("a b"));
        QCOMPARE(request.header("absent"), std::string_view());
        QVERIFY(parsed.keepAlive[0]);
    }

    void anySplitGivesTheSameRequests() {
        const std::string whole = "\r\nPOST /a HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n"
                                  "5;ext=\"v\"\r\nhello\r\n00A\r\n, worlds..\r\n0\r\nTrailer: t\r\n\r\n"
                                  "GET http://h:1/b?c HTTP/1.1\r\nhost: h\r\nconnection: Keep-Alive, Close\r\n\r\n"
                                  "PUT /d HTTP/1.0\r\ncontent-length: 3\r\n\r\nxyz";
        const auto expected = parse(whole);
        QCOMPARE(expected.failure, 0);
        QCOMPARE(expected.requests.size(), 3u);
        QCOMPARE(expected.requests[0].body, "hello, worlds.."s);
        QCOMPARE(expected.requests[1].path, "/b?c"s);
        QCOMPARE(expected.requests[2].body, "xyz"s);
        QVERIFY((expected.keepAlive == std::vector{true, false, false}));

        std::vector<std::string_view> bytes;
        for (std::size_t i = 0; i < whole.size(); ++i)
            bytes.push_back(std::string_view(whole).substr(i, 1));
        QVERIFY(parse(bytes) == expected);
        for (std::size_t cut = 1; cut < whole.size(); ++cut)
            QVERIFY(parse({std::string_view(whole).substr(0, cut), std::string_view(whole).substr(cut)}) == expected);
        std::mt19937 random(7);
        for (int round = 0; round < 500; ++round) {
            std::vector<std::string_view> parts;
            for (std::size_t at = 0; at < whole.size();) {
                const std::size_t length = 1 + random() % 40;
                parts.push_back(std::string_view(whole).substr(at, length));
                at += length;
            }
            QVERIFY(parse(parts) == expected);
        }
    }

    void whatIsNotARequestIsRefusedWithItsStatus_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("status");
        const auto row = [](const char* name, const QByteArray& bytes, int status) {
            QTest::newRow(name) << bytes << status;
        };
        row("no version", "GET /\r\n\r\n", 400);
        row("two spaces", "GET  / HTTP/1.1\r\n", 400);
        row("four words", "GET / / HTTP/1.1\r\n", 400);
        row("bad method", "G(T / HTTP/1.1\r\n", 400);
        row("control character in the target", "GET /\x01 HTTP/1.1\r\n", 400);
        row("relative target", "GET x HTTP/1.1\r\n", 400);
        row("star for GET", "GET * HTTP/1.1\r\n", 400);
        row("another protocol", "GET / SPDY/3\r\n", 400);
        row("HTTP/2 in words", "GET / HTTP/2.0\r\n", 505);
        row("bare LF after the request line", "GET / HTTP/1.1\n", 400);
        row("bare LF after a field", "GET / HTTP/1.1\r\nhost: h\n", 400);
        row("TLS hello", QByteArray("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n", 12), 400);
        row("no host", "GET / HTTP/1.1\r\n\r\n", 400);
        row("two hosts", "GET / HTTP/1.1\r\nhost: a\r\nhost: a\r\n\r\n", 400);
        row("space before the colon", "GET / HTTP/1.1\r\nhost : a\r\n", 400);
        row("folded field", "GET / HTTP/1.1\r\nhost: a\r\n b\r\n", 400);
        row("no colon", "GET / HTTP/1.1\r\nhost\r\n", 400);
        row("empty name", "GET / HTTP/1.1\r\n: a\r\n", 400);
        row("NUL in a value", QByteArray("GET / HTTP/1.1\r\nhost: a\0b\r\n", 27), 400);
        row("CR in a value", "GET / HTTP/1.1\r\nhost: a\rb\r\n", 400);
        row("negative length", "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: -1\r\n\r\n", 400);
        row("signed length", "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: +1\r\n\r\n", 400);
        row("length in words", "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: ten\r\n\r\n", 400);
        row("length list", "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 1, 1\r\n\r\n", 400);
        row("empty length", "POST / HTTP/1.1\r\nhost: h\r\ncontent-length:\r\n\r\n", 400);
        row("two lengths", "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\n", 400);
        row("length and chunked",
            "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n", 400);
        row("chunked twice",
            "POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n", 400);
        row("chunked in 1.0", "POST / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n", 400);
        row("gzip", "POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: gzip, chunked\r\n\r\n", 501);
        row("length beyond 64 bits", "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 99999999999999999999\r\n\r\n", 413);
        row("length beyond the limit", "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 1001\r\n\r\n", 413);
        row("an expectation of another kind", "POST / HTTP/1.1\r\nhost: h\r\nexpect: cake\r\n\r\n", 417);
        const QByteArray chunked = "POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n";
        row("chunk size in words", chunked + "x\r\n", 400);
        row("chunk size with prefix", chunked + "0x5\r\n", 400);
        row("chunk size empty", chunked + "\r\n", 400);
        row("chunk size negative", chunked + "-5\r\n", 400);
        row("chunk size beyond 64 bits", chunked + "ffffffffffffffffff\r\n", 413);
        row("chunk beyond the limit", chunked + "3e9\r\n", 413);
        row("chunks beyond the limit together", chunked + "1\r\na\r\n3e8\r\n", 413);
        row("chunk longer than its size", chunked + "1\r\nab\r\n", 400);
        row("head without end", "GET / HTTP/1.1\r\nhost: h\r\nx: " + QByteArray(65536, 'a'), 431);
        row("request line without end", QByteArray(65537, 'a'), 431);
        row("too many fields", "GET / HTTP/1.1\r\n" + QByteArray("a: b\r\n").repeated(257), 431);
        row("trailers without end", chunked + "0\r\n" + QByteArray("a: b\r\n").repeated(11000), 431);
        row("empty lines without end", QByteArray("\r\n").repeated(33000), 431);
    }

    void whatIsNotARequestIsRefusedWithItsStatus() {
        QFETCH(QByteArray, bytes);
        QFETCH(int, status);
        const std::string_view whole(bytes.constData(), static_cast<std::size_t>(bytes.size()));
        QCOMPARE(parse(whole).failure, status);
        std::vector<std::string_view> single;
        for (std::size_t i = 0; i < whole.size(); ++i)
            single.push_back(whole.substr(i, 1));
        QCOMPARE(parse(single).failure, status);
        QVERIFY(parse(whole).requests.empty());
    }

    void limitsAreReachedButNotExceeded() {
        auto head = "GET / HTTP/1.1\r\nhost: h\r\nx: "s;
        head += std::string(Http1Parser::maxHeadBytes - head.size() - 4, 'a') + "\r\n\r\n";
        QCOMPARE(head.size(), Http1Parser::maxHeadBytes);
        QCOMPARE(parse(head).requests.size(), 1u);
        auto fields = "GET / HTTP/1.1\r\nhost: h\r\n"s;
        for (int i = 0; i < 255; ++i)
            fields += "a: b\r\n";
        QCOMPARE(parse(fields + "\r\n").requests.size(), 1u);
        const auto body = "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 1000\r\n\r\n"s + std::string(1000, 'b');
        QCOMPARE(parse(body).requests.size(), 1u);
        // Many chunks are no head: each size line counts for itself.
        auto chunks = "POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n"s;
        for (int i = 0; i < 50'000; ++i)
            chunks += "1\r\na\r\n";
        const auto parsed = parse(chunks + "0\r\n\r\n", 50'000);
        QCOMPARE(parsed.requests.size(), 1u);
        QCOMPARE(parsed.requests[0].body.size(), 50'000u);
    }

    void continueIsAwaitedOnceAndOnlyBeforeABody() {
        Http1Parser parser(1000);
        std::string_view bytes = "POST / HTTP/1.1\r\nhost: h\r\nexpect: 100-Continue\r\ncontent-length: 2\r\n\r\n";
        QCOMPARE(parser.consume(bytes), Http1Parser::State::Reading);
        QVERIFY(parser.awaitsContinue());
        QVERIFY(!parser.awaitsContinue());
        bytes = "ab";
        QCOMPARE(parser.consume(bytes), Http1Parser::State::Complete);
        parser.takeRequest();
        bytes = "POST / HTTP/1.1\r\nhost: h\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\na";
        QCOMPARE(parser.consume(bytes), Http1Parser::State::Reading);
        QVERIFY(!parser.awaitsContinue());
    }
};

QTEST_GUILESS_MAIN(tst_Http1Parser)
#include "tst_http1_parser.moc"
