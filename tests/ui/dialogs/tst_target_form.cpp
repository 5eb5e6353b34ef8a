#include "tests/ui/support/own_settings.h"
#include "ui/dialogs/target_form.h"

#include <QTest>

using namespace penstock;
using namespace penstock::ui;

class TestTargetForm : public QObject {
    Q_OBJECT

    static TargetForm server() {
        TargetForm form;
        form.simulated = false;
        form.baseUrl = QStringLiteral("http://127.0.0.1:8000/v1/");
        return form;
    }
    static QString errorOf(const TargetForm& form) {
        const auto target = targetOf(form, {});
        return target ? QString() : QString::fromStdString(target.error().message);
    }

private Q_SLOTS:
    void aTargetIsWhatWasFilledIn() {
        TargetForm form = server();
        form.model = QStringLiteral(" m ");
        form.headers = QStringLiteral("X-Team: search\n\nX-Trace:  a:b \n");
        form.http = HttpMode::H2c;
        form.keySource = TargetForm::KeySource::Keychain;
        const auto target = targetOf(form, QStringLiteral(" sk-1\n"));
        QVERIFY(target.ok());
        QCOMPARE(target->baseUrl, std::string("http://127.0.0.1:8000/v1"));
        QCOMPARE(target->model, std::string("m"));
        QCOMPARE(target->apiKey, std::string("sk-1"));
        QVERIFY(target->http == HttpMode::H2c);
        QVERIFY(!target->simulated);
        QCOMPARE(target->headers.size(), std::size_t{2});
        QCOMPARE(target->headers[0], (std::pair<std::string, std::string>{"X-Team", "search"}));
        QCOMPARE(target->headers[1], (std::pair<std::string, std::string>{"X-Trace", "a:b"}));
    }

    void aUrlThatCannotBeIsRefusedInASentence_data() {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("says");
        QTest::newRow("empty") << QString() << QStringLiteral("missing");
        QTest::newRow("no scheme") << QStringLiteral("127.0.0.1:8000/v1") << QStringLiteral("must look like");
        QTest::newRow("another scheme") << QStringLiteral("ftp://host/v1") << QStringLiteral("must look like");
        QTest::newRow("no host") << QStringLiteral("http:///v1") << QStringLiteral("must look like");
        QTest::newRow("a password in it") << QStringLiteral("http://me:sk-1@host/v1") << QStringLiteral("must not hold");
    }
    void aUrlThatCannotBeIsRefusedInASentence() {
        QFETCH(QString, url);
        QFETCH(QString, says);
        TargetForm form = server();
        form.baseUrl = url;
        const auto error = errorOf(form);
        QVERIFY2(error.contains(says), qPrintable(error));
        QVERIFY2(!error.contains(QStringLiteral("sk-1")), qPrintable(error));
    }

    void theFormOfATargetInUseIsThatTarget() {
        TargetForm saved = server();
        saved.keySource = TargetForm::KeySource::Keychain;
        saved.model = QStringLiteral("before");
        Target target;
        target.baseUrl = "http://127.0.0.1:8000/v1"; // the saved one
        target.model = "now";
        target.headers = {{"X-Team", "search"}};
        auto form = formOf(target, saved);
        QCOMPARE(form.model, QStringLiteral("now"));
        QCOMPARE(form.headers, QStringLiteral("X-Team: search"));
        QVERIFY(form.keySource == TargetForm::KeySource::Keychain);
        target.baseUrl = "http://127.0.0.1:9000/v1"; // another: nothing is taken over from the saved one
        form = formOf(target, saved);
        QCOMPARE(form.baseUrl, QStringLiteral("http://127.0.0.1:9000/v1"));
        QVERIFY(form.keySource == TargetForm::KeySource::None);
        target.simulated = true;
        QVERIFY(formOf(target, saved).simulated);
        QCOMPARE(formOf(target, saved).baseUrl, saved.baseUrl);
    }

    void http2OverTlsNeedsHttps() {
        TargetForm form = server();
        form.http = HttpMode::Http2;
        QVERIFY(errorOf(form).contains(QStringLiteral("https")));
    }

    void aHeaderThatIsNoneIsNamedByItsLineWithoutItsText() {
        TargetForm form = server();
        form.headers = QStringLiteral("X-A: b\nsk-secret");
        const auto error = errorOf(form);
        QVERIFY2(error.contains(QStringLiteral("line 2")), qPrintable(error));
        QVERIFY(!error.contains(QStringLiteral("sk-secret")));
    }

    void aKeyComesFromTheEnvironmentOrTheMissingVariableIsNamed() {
        TargetForm form = server();
        form.keySource = TargetForm::KeySource::Environment;
        form.keyVariable = QStringLiteral("PENSTOCK_TEST_KEY");
        qunsetenv("PENSTOCK_TEST_KEY");
        QVERIFY(errorOf(form).contains(QStringLiteral("PENSTOCK_TEST_KEY")));
        qputenv("PENSTOCK_TEST_KEY", "sk-2\n");
        const auto target = targetOf(form, QStringLiteral("ignored"));
        QVERIFY(target.ok());
        QCOMPARE(target->apiKey, std::string("sk-2"));
        qunsetenv("PENSTOCK_TEST_KEY");
    }

    void noKeyIsSentWhenNoneIsWanted() { QVERIFY(targetOf(server(), QStringLiteral("sk-3"))->apiKey.empty()); }

    void whatIsRememberedHoldsNoSecret() {
        const test::OwnSettings settings;
        TargetForm form = server();
        form.model = QStringLiteral("m");
        form.headers = QStringLiteral("X-Team: search\nX-Api-Key: sk-4\nAuthorization: Bearer sk-5\nCookie: sk-6\n"
                                      "X-Team-2: Bearer sk-7\nX-Plain: 4f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c");
        form.keySource = TargetForm::KeySource::Keychain;
        form.http = HttpMode::Http11;
        form.save();
        QVERIFY2(settings.written().contains("search"), settings.written().constData());
        QVERIFY2(!settings.written().contains("sk-"), settings.written().constData());
        const TargetForm again = TargetForm::load();
        QCOMPARE(again.baseUrl, form.baseUrl);
        QCOMPARE(again.model, form.model);
        QCOMPARE(again.headers, QStringLiteral("X-Team: search"));
        QVERIFY(again.http == HttpMode::Http11);
        QVERIFY(again.keySource == TargetForm::KeySource::Keychain);
        QVERIFY(!again.simulated);
        QVERIFY(!settings.written().contains("4f9a8b7c"));
        form.baseUrl = QStringLiteral("https://me:sk-8@host/v1");
        form.simulated = true; // nobody checks the field that is not in use
        form.save();
        QVERIFY2(!settings.written().contains("sk-8"), settings.written().constData());
        QVERIFY(settings.written().contains("host/v1"));
    }
};

QTEST_GUILESS_MAIN(TestTargetForm)
#include "tst_target_form.moc"
