#pragma once

#include "tests/support/manual_clock.h"
#include "ui/knobs/knob_field.h"
#include "ui/knobs/knob_panel.h"
#include "ui/knobs/knob_row.h"
#include "ui/knobs/knob_slider.h"
#include "ui/knobs/segmented.h"
#include "ui/knobs/switch.h"
#include "ui/theme/theme.h"

#include <QLabel>
#include <QTemporaryDir>
#include <QTest>
#include <QUndoStack>
#include <QVBoxLayout>

namespace penstock::ui::test {

/// The panel in a window, with a clock moved by hand and a folder of profiles of its own; keeps what was asked for.
struct PanelBench {
    PanelBench() {
        // Something else that can have the focus.
        elsewhere = new QLineEdit(&window);
        panel = new KnobPanel(&undo, KnobPanel::Parts{&clock, folder.path()}, &window);
        auto* column = new QVBoxLayout(&window);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(0);
        column->addWidget(elsewhere);
        column->addWidget(panel);
        QObject::connect(panel, &KnobPanel::applyRequested, panel,
                         [this](const Knobs& knobs) { asked.push_back(knobs); });
        elsewhere->hide();
        window.resize(400, 640); // so wide that each stop of a slider has a pixel of its own
        window.show();
        window.activateWindow();
    }

    bool ready() { return QTest::qWaitForWindowActive(&window); }
    KnobRow& row(std::string_view word) const { return *panel->row(word); }
    QWidget* control(const QString& word) const { return panel->findChild<QWidget*>(QStringLiteral("knob-") + word); }
    KnobField* field(const QString& word) const { return panel->findChild<KnobField*>(QStringLiteral("knob-") + word); }
    KnobSlider* slider(const QString& word) const {
        return panel->findChild<KnobSlider*>(QStringLiteral("slider-") + word);
    }
    QLineEdit* text(const QString& word) const { return panel->findChild<QLineEdit*>(QStringLiteral("knob-") + word); }
    QWidget* reset(const QString& word) const { return panel->findChild<QWidget*>(QStringLiteral("reset-") + word); }
    QString reason(const QString& word) const {
        auto* label = panel->findChild<QLabel*>(QStringLiteral("reason-") + word);
        return label->isVisibleTo(panel) ? label->text() : QString();
    }
    /// Replaces what stands in the control by `typed`, key by key; then `end` is pressed.
    void type(const QString& word, const QString& typed, Qt::Key end = Qt::Key_Return) {
        auto* at = control(word);
        at->setFocus();
        QTest::keyClick(at, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(at, typed);
        if (end != Qt::Key_unknown) QTest::keyClick(at, end);
    }
    /// Where the pointer has to be for the slider to be at `index`.
    static QPoint stop(const KnobSlider* slider, int index) {
        constexpr int handle = 14;
        return {handle / 2 + QStyle::sliderPositionFromValue(slider->minimum(), slider->maximum(), index,
                                                             slider->width() - handle),
                slider->height() / 2};
    }
    Knobs& last() { return asked.back(); }
    /// Draws the panel into the folder that PENSTOCK_PICTURES names, to be looked at.
    void picture(const QString& name) const {
        const QString into = qEnvironmentVariable("PENSTOCK_PICTURES");
        if (into.isEmpty()) return;
        QCoreApplication::processEvents();
        panel->grab().save(into + QLatin1Char('/') + name + QStringLiteral(".png"));
    }

    penstock::test::ManualClock clock;
    QTemporaryDir folder;
    QUndoStack undo;
    std::vector<Knobs> asked;
    QWidget window;
    QLineEdit* elsewhere = nullptr;
    KnobPanel* panel = nullptr;
};

/// A test with a panel of its own for each function, as it is before anything was turned.
class PanelTest {
protected:
    void openPanel() {
        bench_.emplace();
        QVERIFY(bench_->folder.isValid());
        QVERIFY(bench_->ready());
        QCOMPARE(bench_->panel->knobs(), Knobs{});
    }
    void closePanel() { bench_.reset(); }

    std::optional<PanelBench> bench_;
};

} // namespace penstock::ui::test
