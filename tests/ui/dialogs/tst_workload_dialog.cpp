#include "tests/ui/support/own_settings.h"
#include "ui/dialogs/workload_dialog.h"

#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QTableWidget>
#include <QTest>

using namespace penstock;
using namespace penstock::ui;

class TestWorkloadDialog : public QObject {
    Q_OBJECT

    test::OwnSettings settings_;
    QTemporaryDir folder_;

    QString write(const char* name, const QByteArray& bytes) {
        const QString path = folder_.filePath(QLatin1String(name));
        QFile file(path);
        return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() ? path : QString();
    }
    static QString answer(WorkloadDialog& dialog) {
        for (auto* label : dialog.findChildren<QLabel*>())
            if (label->accessibleName() == QLatin1String("What the workload holds")) return label->text();
        return {};
    }
    static QPushButton* use(WorkloadDialog& dialog) {
        for (auto* button : dialog.findChildren<QPushButton*>())
            if (button->text() == QLatin1String("Use this workload")) return button;
        return nullptr;
    }

private Q_SLOTS:
    void theSampleIsCountedAndItsFirstRequestsShown() {
        WorkloadDialog dialog({}, folder_.path());
        QVERIFY(!use(dialog)->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT(use(dialog)->isEnabled(), 20000);
        QVERIFY2(answer(dialog).startsWith(QStringLiteral("202 requests, format prompts")), qPrintable(answer(dialog)));
        auto* table = dialog.findChild<QTableWidget*>();
        QCOMPARE(table->rowCount(), 20);
        QCOMPARE(table->item(0, 0)->text(), QStringLiteral("1"));
    }

    void aDroppedFileIsReadAndItsFormatTold() {
        const auto path = write("turns.jsonl", "{\"question_id\":81,\"turns\":[\"one\",\"two\"]}\n{\"question_id\":82,\"turns\":[\"three\",\"four\"]}\n");
        WorkloadDialog dialog({}, folder_.path());
        dialog.show();
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(path)});
        QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&dialog, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&dialog, &drop);
        QTRY_VERIFY_WITH_TIMEOUT(answer(dialog).startsWith(QStringLiteral("4 requests, format mt-bench")), 20000);
        QTest::mouseClick(use(dialog), Qt::LeftButton);
        QCOMPARE(dialog.options().path, path.toStdString());
        QCOMPARE(dialog.options().repeat, std::uint64_t{0});
        QVERIFY(dialog.form().source == WorkloadForm::Source::File);
    }

    void aMalformedFileIsNamedWithItsLineAndNotAccepted() {
        const auto path = write("bad.jsonl", "{\"prompt\":\"fine\"}\n{\"prompt\":}\n");
        WorkloadDialog dialog({}, folder_.path());
        dialog.setFile(path);
        QTRY_VERIFY_WITH_TIMEOUT(answer(dialog).contains(path + QStringLiteral(":2:")), 20000);
        QVERIFY(!use(dialog)->isEnabled());
        QCOMPARE(dialog.findChild<QTableWidget*>()->rowCount(), 0);
    }

    void aTypedPathIsReadWhereItIsTyped() {
        const auto path = write("typed.jsonl", "{\"prompt\":\"one\"}\n");
        WorkloadForm form;
        form.source = WorkloadForm::Source::File;
        WorkloadDialog dialog(form, folder_.path());
        dialog.show();
        QLineEdit* field = nullptr;
        for (auto* edit : dialog.findChildren<QLineEdit*>())
            if (edit->accessibleName() == QLatin1String("File of requests")) field = edit;
        QVERIFY(field);
        field->setFocus();
        QTest::keyClicks(field, path);
        QTRY_VERIFY_WITH_TIMEOUT(use(dialog)->isEnabled(), 20000); // the focus never left the field
        QVERIFY(answer(dialog).startsWith(QStringLiteral("1 requests")));
    }

    void aReasonNamesNoFlagOfTheCommandLine() {
        const auto path = write("mixed.jsonl", "{\"prompt\":\"one\"}\nplain words\n");
        WorkloadDialog dialog({}, folder_.path());
        dialog.setFile(path);
        QTRY_VERIFY_WITH_TIMEOUT(answer(dialog).contains(QStringLiteral("choose its format beside the file")), 20000);
        QVERIFY(!answer(dialog).contains(QStringLiteral("--")));
    }

    void aFileThatIsNotThereIsNamed() {
        WorkloadDialog dialog({}, folder_.path());
        dialog.setFile(folder_.filePath(QStringLiteral("none.jsonl")));
        QTRY_VERIFY_WITH_TIMEOUT(answer(dialog).contains(QStringLiteral("none.jsonl")) && !answer(dialog).startsWith(QStringLiteral("Reading")), 20000);
        QVERIFY(!use(dialog)->isEnabled());
    }
};

QTEST_MAIN(TestWorkloadDialog)
#include "tst_workload_dialog.moc"
