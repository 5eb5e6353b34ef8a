#include "engine/admission/degrade.h"

#include <QTest>

using namespace penstock;

class TestDegrade final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void overridesReplaceAddAndRemoveAndTheRestStaysInItsOrder() {
        const auto body = degradedBody(R"({"model":"big","messages":[{"role":"user","content":"hi"}],"seed":3,"max_tokens":512})",
                                       R"({"model":"small","max_tokens":64,"seed":null,"stop":"x"})");
        QVERIFY(body.ok());
        QCOMPARE(**body, std::string(R"({"model":"small","messages":[{"role":"user","content":"hi"}],"max_tokens":64,"stop":"x"})"));
    }
    void whatIsNoObjectIsRefused() {
        QVERIFY(!degradedBody("[]", "{}").ok());
        QVERIFY(!degradedBody("{}", "nonsense").ok());
    }
};

QTEST_APPLESS_MAIN(TestDegrade)
#include "tst_degrade.moc"
