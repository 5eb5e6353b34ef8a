#include "engine/transport/request_form.h"

#include <QTemporaryFile>
#include <QTest>

using namespace penstock;

/// What a request looks like before a network is involved, and which targets are refused.
class RequestForms : public QObject {
    Q_OBJECT

    static Target target(const std::string& url) {
        Target t;
        t.baseUrl = url;
        return t;
    }
    static RequestForm form(const Target& t) {
        auto made = RequestForm::make(t);
        if (!made) qFatal("%s", made.error().message.c_str());
        return *made;
    }
    static ExchangeRequest exchange(const std::string& path) {
        return {.path = path, .body = std::make_shared<const std::string>("{}"), .headers = {}};
    }

private Q_SLOTS:
    void aTargetThatIsNoneIsRefusedWithTheReason_data() {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("reason");
        QTest::newRow("no scheme") << "127.0.0.1:8000/v1"
                                   << "http:// or https://";
        QTest::newRow("other scheme") << "ftp://a/v1"
                                      << "http:// or https://";
        QTest::newRow("no host") << "http:///v1"
                                 << "host";
        QTest::newRow("empty") << ""
                               << "";
        QTest::newRow("password") << "http://user:hunter2@a/v1"
                                  << "user name or password";
        QTest::newRow("password in what is no URL") << "http://user:hunter2@a b/v1"
                                                    << "user name or password";
        QTest::newRow("query") << "http://a/v1?x=1"
                               << "path";
        QTest::newRow("fragment") << "http://a/v1#x"
                                  << "path";
        QTest::newRow("port") << "http://a:99999/v1"
                              << "";
        QTest::newRow("blank") << "http://a b/v1"
                               << "";
    }
    void aTargetThatIsNoneIsRefusedWithTheReason() {
        QFETCH(QString, url);
        QFETCH(QString, reason);
        const auto made = RequestForm::make(target(url.toStdString()));
        QVERIFY(!made);
        QVERIFY2(made.error().message.find(reason.toStdString()) != std::string::npos, made.error().message.c_str());
        QVERIFY(made.error().message.find("hunter2") == std::string::npos);
    }

    void thePathFollowsTheBase_data() {
        QTest::addColumn<QString>("base");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("url");
        QTest::newRow("plain") << "http://a:8000/v1"
                               << "/chat/completions"
                               << "http://a:8000/v1/chat/completions";
        QTest::newRow("slash at the end") << "http://a/v1//"
                                          << "/x"
                                          << "http://a:80/v1/x";
        QTest::newRow("no path") << "https://a"
                                 << "/v1/x"
                                 << "https://a:443/v1/x";
        QTest::newRow("query") << "http://a/v1"
                               << "/x?api-version=1"
                               << "http://a:80/v1/x?api-version=1";
        QTest::newRow("IPv6") << "http://[::1]:8/v1"
                              << "/x"
                              << "http://[::1]:8/v1/x";
        QTest::newRow("percent") << "http://a/my%20dir"
                                 << "/x"
                                 << "http://a:80/my%20dir/x";
    }
    void thePathFollowsTheBase() {
        QFETCH(QString, base);
        QFETCH(QString, path);
        QFETCH(QString, url);
        const auto request = form(target(base.toStdString())).post(exchange(path.toStdString()), false);
        QCOMPARE(request.url().toString(QUrl::FullyEncoded), url);
    }

    void aPinnedAddressKeepsTheNameInHost() {
        auto f = form(target("http://api.test:8000/v1"));
        f.pinAddress("203.0.113.7");
        const auto h1 = f.post(exchange("/x"), false);
        QCOMPARE(h1.url().host(), QStringLiteral("203.0.113.7"));
        QCOMPARE(h1.rawHeader("Host"), QByteArray("api.test:8000"));
        // HTTP/2 takes its authority from the URL.
        QCOMPARE(f.post(exchange("/x"), true).url().host(), QStringLiteral("api.test"));
        f.pinAddress("2001:db8::7");
        QCOMPARE(f.post(exchange("/x"), false).url().host(), QStringLiteral("2001:db8::7"));
        auto standard = form(target("https://api.test/v1"));
        standard.pinAddress("203.0.113.7");
        QCOMPARE(standard.post(exchange("/x"), false).rawHeader("Host"), QByteArray("api.test"));
    }

    void qtsDefaultsAreTurnedOff() {
        const auto request = form(target("https://a/v1")).post(exchange("/x"), true);
        const auto is = [&](QNetworkRequest::Attribute a, int value) { return request.attribute(a).toInt() == value; };
        QVERIFY(is(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy));
        QVERIFY(is(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual));
        QVERIFY(is(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual));
        QVERIFY(is(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual));
        QVERIFY(is(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork));
        QCOMPARE(request.rawHeader("Accept-Encoding"), QByteArray("identity"));
        QVERIFY(request.rawHeader("User-Agent").startsWith("penstock/"));
        QCOMPARE(request.sslConfiguration().peerVerifyMode(), QSslSocket::VerifyPeer);
        QVERIFY(request.sslConfiguration().allowedNextProtocols().contains(QSslConfiguration::ALPNProtocolHTTP2));
        QVERIFY(!form(target("https://a/v1"))
                     .post(exchange("/x"), false)
                     .sslConfiguration()
                     .allowedNextProtocols()
                     .contains(QSslConfiguration::ALPNProtocolHTTP2));
    }

    void theHeadersOfTheTargetAndOfTheRequestAreSent() {
        auto t = target("http://a/v1");
        t.apiKey = "sk-1";
        t.headers = {{"X-Team", "blue"}};
        auto e = exchange("/x");
        e.stream = false;
        e.headers = {{"traceparent", "00-1-2-01"}};
        const auto request = form(t).post(e, false);
        QCOMPARE(request.rawHeader("Authorization"), QByteArray("Bearer sk-1"));
        QCOMPARE(request.rawHeader("X-Team"), QByteArray("blue"));
        QCOMPARE(request.rawHeader("traceparent"), QByteArray("00-1-2-01"));
        QCOMPARE(request.rawHeader("Accept"), QByteArray("application/json"));
        QCOMPARE(request.header(QNetworkRequest::ContentLengthHeader).toInt(), 2);
        QVERIFY(!request.hasRawHeader("Connection"));
    }

    void headersThatWouldBreakTheMessageAreRefusedWithoutTheirValue() {
        for (const auto& [name, value] : {std::pair<std::string, std::string>{"a b", "secret"},
                                          {"", "secret"},
                                          {"X-A", "secret\r\nX-B: 1"},
                                          {"Content-Length", "secret"},
                                          {"transfer-encoding", "secret"},
                                          {"Connection", "secret"}}) {
            auto t = target("http://a/v1");
            t.headers = {{name, value}};
            const auto made = RequestForm::make(t);
            QVERIFY2(!made, name.c_str());
            QVERIFY(made.error().message.find("secret") == std::string::npos);
        }
        auto t = target("http://a/v1");
        t.apiKey = "secret\n";
        QVERIFY(!RequestForm::make(t));
    }

    void aProtocolThatTheSchemeRulesOutIsRefused() {
        auto t = target("http://a/v1");
        t.http = HttpMode::Http2;
        QVERIFY(!RequestForm::make(t));
        t.baseUrl = "https://a/v1";
        QVERIFY(RequestForm::make(t).ok());
        t.http = HttpMode::H2c;
        QVERIFY(!RequestForm::make(t));
    }

    void aCaFileThatHoldsNoCertificateIsRefused() {
        auto t = target("https://a/v1");
        t.caFile = "/nonexistent/ca.pem";
        QVERIFY(!RequestForm::make(t));
        QTemporaryFile file;
        QVERIFY(file.open());
        file.write("no certificate");
        file.close();
        t.caFile = file.fileName().toStdString();
        const auto made = RequestForm::make(t);
        QVERIFY(!made);
        QVERIFY(made.error().message.find(t.caFile) != std::string::npos);
    }

    void closingAfterEachResponseIsAskedOfServerAndQt() {
        auto f = form(target("http://a/v1"));
        f.setCloseAfterResponse(true);
        const auto request = f.post(exchange("/x"), false);
        QCOMPARE(request.rawHeader("Connection"), QByteArray("close"));
        QCOMPARE(request.attribute(QNetworkRequest::ConnectionCacheExpiryTimeoutSecondsAttribute).toInt(), 0);
        QVERIFY(!f.post(exchange("/x"), true).hasRawHeader("Connection"));
        // A connection that is opened beforehand must not be closed as idle.
        QVERIFY(
            !f.preconnect(false).attribute(QNetworkRequest::ConnectionCacheExpiryTimeoutSecondsAttribute).isValid());
    }
};

QTEST_GUILESS_MAIN(RequestForms)
#include "tst_request_form.moc"
