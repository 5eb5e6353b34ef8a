#include "engine/transport/tls_facts.h"
#include "tests/support/scripted_server.h"

#include <QSslCertificate>
#include <QTest>

using namespace penstock;
using namespace penstock::test;

class TestTlsFacts : public QObject {
    Q_OBJECT

    QSslCertificate certificate_;

    QSslError error(QSslError::SslError kind) const { return QSslError(kind, certificate_); }
    std::string codeOf(const QList<QSslError>& errors) const {
        const auto fault = certificateFault(errors);
        return fault ? fault->code : "none";
    }

private Q_SLOTS:
    void initTestCase() {
        http::ServerOptions options;
        options.tls = true;
        const ScriptedServer server(options);
        certificate_ = QSslCertificate(QByteArray::fromStdString(server.caPem()), QSsl::Pem);
        QVERIFY(!certificate_.isNull());
    }

    void nothingIsWrongWhereQtFoundNothing() {
        QVERIFY(!certificateFault({}));
        QVERIFY(!certificateFault({QSslError()}));
    }

    void eachFaultHasItsCodeAndItsWords() {
        const auto untrusted = certificateFault({error(QSslError::SelfSignedCertificate)});
        QCOMPARE(untrusted->code, std::string("certificate_untrusted"));
        QCOMPARE(untrusted->words,
                 std::string("its certificate is self-signed, and nobody trusted here vouches for it"));
        const auto host = certificateFault({error(QSslError::HostNameMismatch)});
        QCOMPARE(host->code, std::string("certificate_host"));
        QCOMPARE(host->words, std::string("its certificate is for another name (localhost, ::1, 127.0.0.1)"));
        const auto date = [](const QDateTime& at) { return at.toUTC().date().toString(Qt::ISODate).toStdString(); };
        const auto expired = certificateFault({error(QSslError::CertificateExpired)});
        QCOMPARE(expired->code, std::string("certificate_time"));
        QCOMPARE(expired->words, "its certificate expired on " + date(certificate_.expiryDate()));
        const auto early = certificateFault({error(QSslError::CertificateNotYetValid)});
        QCOMPARE(early->code, std::string("certificate_time"));
        QCOMPARE(early->words, "its certificate is not valid before " + date(certificate_.effectiveDate()));
        QCOMPARE(codeOf({error(QSslError::CertificateRevoked)}), std::string("certificate"));
        QVERIFY(!certificateFault({error(QSslError::CertificateRevoked)})->words.empty());
    }

    void theGravestIsTold() {
        const QList<QSslError> all{error(QSslError::CertificateRevoked), error(QSslError::CertificateExpired),
                                   error(QSslError::HostNameMismatch), error(QSslError::SelfSignedCertificate)};
        QCOMPARE(codeOf(all), std::string("certificate_untrusted"));
        QCOMPARE(codeOf(all.mid(0, 3)), std::string("certificate_host"));
        QCOMPARE(codeOf(all.mid(0, 2)), std::string("certificate_time"));
    }

    void theVersionIsNamed() {
        QCOMPARE(tlsVersionName(QSsl::TlsV1_3), std::string("TLS 1.3"));
        QCOMPARE(tlsVersionName(QSsl::TlsV1_2), std::string("TLS 1.2"));
        QCOMPARE(tlsVersionName(QSsl::UnknownProtocol), std::string());
    }
};

QTEST_GUILESS_MAIN(TestTlsFacts)
#include "tst_tls_facts.moc"
