#include "engine/simulator/simulator.h"
#include "tests/ui/support/own_settings.h"
#include "ui/dialogs/target_dialog.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QTcpServer>
#include <QTest>

using namespace penstock;
using namespace penstock::ui;

namespace {

/// A keychain in memory.
class MemoryKeys final : public KeyStore {
public:
    void read(const QString& target, std::function<void(Answer)> done) override {
        asked << target;
        if (late) waiting.push_back([this, target, done = std::move(done)] { done({keys.value(target), problem}); });
        else done({keys.value(target), problem});
    }
    void write(const QString& target, const QString& key, std::function<void(Answer)> done) override {
        keys.insert(target, key);
        done({});
    }
    QHash<QString, QString> keys;
    QString problem;
    QStringList asked;
    bool late = false; ///< answers wait until the test gives them
    std::vector<std::function<void()>> waiting;
};

template <typename Widget>
Widget* named(QWidget& in, const QString& name) {
    for (auto* widget : in.findChildren<Widget*>())
        if (widget->accessibleName() == name) return widget;
    return nullptr;
}

QPushButton* button(QWidget& in, const QString& text) {
    for (auto* found : in.findChildren<QPushButton*>())
        if (QString(found->text()).remove(QLatin1Char('&')) == text) return found;
    return nullptr;
}

} // namespace

class TestTargetDialog : public QObject {
    Q_OBJECT

    test::OwnSettings settings_;
    MemoryKeys keys_;
    std::unique_ptr<Simulator> simulator_;

    std::unique_ptr<TargetDialog> open(const QString& url) {
        TargetForm form;
        form.simulated = false;
        form.baseUrl = url;
        auto dialog = std::make_unique<TargetDialog>(form, keys_, [] { return Result<Target>(Error{"no simulator in this test"}); });
        dialog->show();
        return dialog;
    }
    static QString answer(TargetDialog& dialog) { return named<QLabel>(dialog, QStringLiteral("What the target answered"))->text(); }

private Q_SLOTS:
    void initTestCase() {
        auto started = startSimulator({});
        QVERIFY(started.ok());
        simulator_ = std::move(*started);
    }

    void testConnectionShowsWhatTheTargetSpeaksAndItsModels() {
        const auto dialog = open(QString::fromStdString(simulator_->baseUrl()));
        QTest::mouseClick(button(*dialog, QStringLiteral("Test connection")), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(answer(*dialog).contains(QStringLiteral("answers at 127.0.0.1 over HTTP/")), 20000);
        QVERIFY2(answer(*dialog).contains(QStringLiteral("1 model")), qPrintable(answer(*dialog)));
        QCOMPARE(named<QComboBox>(*dialog, QStringLiteral("Model"))->count(), 1);
    }

    void fetchingModelsChoosesTheFirstWhereNoneWas() {
        const auto dialog = open(QString::fromStdString(simulator_->baseUrl()));
        auto* model = named<QComboBox>(*dialog, QStringLiteral("Model"));
        QTest::mouseClick(button(*dialog, QStringLiteral("Fetch models")), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(!model->currentText().isEmpty(), 20000);
        QCOMPARE(model->currentText(), model->itemText(0));
    }

    void aRefusedPortGetsOneSentenceAndAdvice() {
        QTcpServer nobody;
        QVERIFY(nobody.listen(QHostAddress::LocalHost));
        const auto port = nobody.serverPort();
        nobody.close();
        const auto dialog = open(QStringLiteral("http://127.0.0.1:%1/v1").arg(port));
        QTest::mouseClick(button(*dialog, QStringLiteral("Test connection")), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(answer(*dialog).contains(QStringLiteral("Is the server running")), 20000);
        QVERIFY(button(*dialog, QStringLiteral("Test connection"))->isEnabled());
    }

    void aTargetThatCannotBeIsNotAccepted() {
        const auto dialog = open(QStringLiteral("not a url"));
        QTest::mouseClick(button(*dialog, QStringLiteral("Use this target")), Qt::LeftButton);
        QVERIFY(dialog->isVisible());
        QVERIFY2(answer(*dialog).contains(QStringLiteral("http://HOST:PORT/v1")), qPrintable(answer(*dialog)));
    }

    void theKeyGoesToTheOwnerAndToNoFile() {
        const QString url = QString::fromStdString(simulator_->baseUrl());
        const auto dialog = open(url);
        named<QComboBox>(*dialog, QStringLiteral("Where the API key comes from"))->setCurrentIndex(1);
        QTest::keyClicks(named<QLineEdit>(*dialog, QStringLiteral("API key")), QStringLiteral("sk-only-here"));
        QTest::mouseClick(button(*dialog, QStringLiteral("Use this target")), Qt::LeftButton);
        QCOMPARE(dialog->result(), int(QDialog::Accepted));
        QCOMPARE(dialog->newKey().value_or(QString()), QStringLiteral("sk-only-here"));
        QCOMPARE(dialog->target().apiKey, std::string("sk-only-here"));
        QVERIFY(settings_.written().contains("127.0.0.1"));
        QVERIFY(!settings_.written().contains("sk-only-here"));
    }

    void theKeychainsKeyIsThereAgainAndHidden() {
        TargetForm form;
        form.simulated = false;
        form.baseUrl = QStringLiteral("http://127.0.0.1:1/v1");
        form.keySource = TargetForm::KeySource::Keychain;
        keys_.keys.insert(form.baseUrl, QStringLiteral("sk-kept"));
        TargetDialog dialog(form, keys_, {});
        auto* field = named<QLineEdit>(dialog, QStringLiteral("API key"));
        QCOMPARE(field->text(), QStringLiteral("sk-kept"));
        QVERIFY(field->displayText() != field->text());
    }

    void theKeyOfOneServerIsNotSentToAnother() {
        TargetForm form;
        form.simulated = false;
        form.baseUrl = QStringLiteral("http://127.0.0.1:1/v1");
        form.keySource = TargetForm::KeySource::Keychain;
        keys_.keys.insert(form.baseUrl, QStringLiteral("sk-of-the-first"));
        TargetDialog dialog(form, keys_, {});
        dialog.show();
        dialog.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        auto* url = named<QLineEdit>(dialog, QStringLiteral("Base URL"));
        auto* field = named<QLineEdit>(dialog, QStringLiteral("API key"));
        QCOMPARE(field->text(), QStringLiteral("sk-of-the-first"));
        url->setFocus();
        url->selectAll();
        QTest::keyClicks(url, QStringLiteral("http://127.0.0.1:3/v1"));
        QCOMPARE(field->text(), QString());
        QTest::keyClick(url, Qt::Key_Tab); // the keychain is asked for this one's
        QCOMPARE(keys_.asked.last(), QStringLiteral("http://127.0.0.1:3/v1"));
        QTest::mouseClick(button(dialog, QStringLiteral("Use this target")), Qt::LeftButton);
        QCOMPARE(dialog.target().apiKey, std::string());
        QVERIFY(!dialog.newKey()); // and nothing of the keychain is touched
    }

    void aKeyThatIsOnItsWayIsWaitedForAndNeverRemoved() {
        TargetForm form;
        form.simulated = false;
        form.baseUrl = QStringLiteral("http://127.0.0.1:4/v1");
        form.keySource = TargetForm::KeySource::Keychain;
        keys_.keys.insert(form.baseUrl, QStringLiteral("sk-late"));
        keys_.late = true;
        TargetDialog dialog(form, keys_, {});
        keys_.late = false;
        dialog.show();
        auto* use = button(dialog, QStringLiteral("Use this target"));
        QVERIFY(!use->isEnabled());
        QVERIFY(!button(dialog, QStringLiteral("Test connection"))->isEnabled());
        for (const auto& answer : std::exchange(keys_.waiting, {})) answer();
        QVERIFY(use->isEnabled());
        QTest::mouseClick(use, Qt::LeftButton);
        QCOMPARE(dialog.target().apiKey, std::string("sk-late"));
        QVERIFY(!dialog.newKey());
    }

    void enterInAFieldAcceptsAndAsksNobody() {
        const auto dialog = open(QString::fromStdString(simulator_->baseUrl()));
        QTest::keyClick(named<QLineEdit>(*dialog, QStringLiteral("Base URL")), Qt::Key_Return);
        QCOMPARE(dialog->result(), int(QDialog::Accepted));
    }

    void aKeychainThatCannotBeUsedSaysSo() {
        TargetForm form;
        form.simulated = false;
        form.baseUrl = QStringLiteral("http://127.0.0.1:2/v1");
        form.keySource = TargetForm::KeySource::Keychain;
        keys_.problem = QStringLiteral("no keychain here");
        TargetDialog dialog(form, keys_, {});
        keys_.problem.clear();
        QCOMPARE(answer(dialog), QStringLiteral("no keychain here"));
    }
};

QTEST_MAIN(TestTargetDialog)
#include "tst_target_dialog.moc"
