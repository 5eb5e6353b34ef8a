// What assistive programs are told of the panel.
#include "engine/base/knobs_json.h"
#include "tests/ui/knobs/panel_bench.h"
#include "ui/knobs/knob_text.h"

#include <QAccessible>
#include <QComboBox>

using namespace penstock;
using namespace penstock::ui;

namespace {

QString wordOf(const KnobInfo& knob) {
    return QString::fromStdString(std::string(knob.word));
}

QString say(QAccessibleInterface* told, QAccessible::Text what) {
    return told->text(what);
}

} // namespace

class TstKnobNames final : public QObject, ui::test::PanelTest {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QAccessible::setActive(true); }
    void init() { openPanel(); }
    void cleanup() { closePanel(); }

    void eachKnobHasItsNameRoleAndValue_data() {
        QTest::addColumn<QString>("word");
        for (const auto& knob : knobCatalog())
            QTest::newRow(std::string(knob.word).c_str()) << wordOf(knob);
    }
    void eachKnobHasItsNameRoleAndValue() {
        QFETCH(QString, word);
        const auto& knob = *findKnob(word.toStdString());
        const auto value = toJson(Knobs{}).at(word.toStdString());
        auto* control = bench_->control(word);
        QVERIFY(control);
        auto* told = QAccessible::queryAccessibleInterface(control);
        QVERIFY(told);
        QCOMPARE(say(told, QAccessible::Name), knobLabel(knob));
        switch (knob.kind) {
        case KnobKind::Count:
        case KnobKind::Bytes:
        case KnobKind::Duration:
        case KnobKind::Money: {
            QCOMPARE(told->role(), QAccessible::SpinBox);
            QCOMPARE(say(told, QAccessible::Value), knobText(knob, value, "USD"));
            QVERIFY(told->valueInterface());
            QCOMPARE(told->valueInterface()->currentValue().toDouble(), value.get<double>());
            QCOMPARE(told->valueInterface()->minimumValue().toDouble(), knob.least);
            QCOMPARE(told->valueInterface()->maximumValue().toDouble(), knob.most);
            auto* slider = QAccessible::queryAccessibleInterface(bench_->slider(word));
            QVERIFY(slider);
            QCOMPARE(slider->role(), QAccessible::Slider);
            QCOMPARE(say(slider, QAccessible::Name), knobLabel(knob));
            QCOMPARE(say(slider, QAccessible::Value), knobText(knob, value, "USD"));
            QCOMPARE(slider->valueInterface()->currentValue().toDouble(), value.get<double>());
            QCOMPARE(slider->valueInterface()->maximumValue().toDouble(), knob.sliderMost);
            break;
        }
        case KnobKind::Choice: {
            QCOMPARE(told->role(), QAccessible::Grouping);
            QCOMPARE(say(told, QAccessible::Value), knobText(knob, value, "USD"));
            int taken = 0;
            for (auto* button : static_cast<Segmented*>(control)->buttons()) {
                auto* choice = QAccessible::queryAccessibleInterface(button);
                QCOMPARE(choice->role(), QAccessible::RadioButton);
                QCOMPARE(say(choice, QAccessible::Name), knobLabel(knob) + QStringLiteral(": ") + button->text());
                if (choice->state().checked) ++taken;
            }
            QCOMPARE(taken, 1);
            break;
        }
        case KnobKind::Switch:
            QCOMPARE(told->role(), QAccessible::CheckBox);
            QCOMPARE(bool(told->state().checked), value.get<bool>());
            break;
        case KnobKind::Text:
            QCOMPARE(told->role(), QAccessible::EditableText);
            QCOMPARE(say(told, QAccessible::Value), QString::fromStdString(value.get<std::string>()));
            break;
        }
        for (const char* part : {"knob-", "slider-"}) {
            auto* widget = bench_->panel->findChild<QWidget*>(QLatin1String(part) + word);
            if (!widget) continue;
            for (const QString& said : {QStringLiteral("--") + word, QStringLiteral("Default: ")})
                QVERIFY2(widget->toolTip().contains(said), qPrintable(widget->toolTip()));
        }
    }

    void valuesFollowAndCanBeSetByAssistivePrograms() {
        auto& b = *bench_;
        b.type("max-concurrency", "100");
        auto* field = QAccessible::queryAccessibleInterface(b.field("max-concurrency"));
        auto* slider = QAccessible::queryAccessibleInterface(b.slider("max-concurrency"));
        QCOMPARE(field->valueInterface()->currentValue().toDouble(), 100.0);
        QCOMPARE(slider->valueInterface()->currentValue().toDouble(), 100.0);
        slider->valueInterface()->setCurrentValue(24);
        b.clock.advance(std::chrono::seconds{1});
        QCOMPARE(b.last().maxConcurrency, 24);
        field->valueInterface()->setCurrentValue(31);
        b.clock.advance(std::chrono::seconds{1});
        QCOMPARE(b.last().maxConcurrency, 31);
    }

    void aRefusedFieldSaysItsReason() {
        auto& b = *bench_;
        b.type("idle-timeout", "9m");
        auto* told = QAccessible::queryAccessibleInterface(b.field("idle-timeout"));
        QCOMPARE(say(told, QAccessible::Description), b.reason("idle-timeout"));
        QVERIFY(!b.reason("idle-timeout").isEmpty());
    }

    void everyControlThatTakesTheFocusHasANameAndATooltipAndTabReachesEachInTurn() {
        auto& b = *bench_;
        std::vector<QWidget*> wanted;
        for (auto* widget : b.panel->findChildren<QWidget*>()) {
            if (!(widget->focusPolicy() & Qt::TabFocus) || !widget->isVisibleTo(b.panel) ||
                widget->objectName() == QLatin1String("qt_spinbox_lineedit"))
                continue;
            QVERIFY2(!widget->accessibleName().isEmpty(), widget->metaObject()->className());
            QVERIFY2(!widget->toolTip().isEmpty(), qPrintable(widget->accessibleName()));
            const auto* radio = qobject_cast<QRadioButton*>(widget);
            if (!radio || radio->isChecked()) wanted.push_back(widget);
        }
        b.panel->findChild<QComboBox*>(QStringLiteral("profile"))->setFocus();
        std::vector<QWidget*> met{QApplication::focusWidget()};
        for (int press = 0; press < 200; ++press) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
            if (QApplication::focusWidget() == met.front()) break;
            met.push_back(QApplication::focusWidget());
        }
        for (auto* widget : wanted)
            QVERIFY2(std::find(met.begin(), met.end(), widget) != met.end(), qPrintable(widget->accessibleName()));
        QCOMPARE(met.size(), wanted.size());
        for (std::size_t at = 3; at < met.size(); ++at) {
            const auto before = met[at - 1]->mapTo(b.panel, QPoint(0, met[at - 1]->height() / 2)),
                       here = met[at]->mapTo(b.panel, QPoint(0, met[at]->height() / 2));
            QVERIFY2(here.y() > before.y() || here.x() > before.x(), qPrintable(met[at]->accessibleName()));
        }
    }
};

QTEST_MAIN(TstKnobNames)
#include "tst_knob_names.moc"
