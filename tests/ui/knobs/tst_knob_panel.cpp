// The panel, turned with mouse and keyboard, against a clock moved by hand.
#include "tests/support/manual_clock.h"
#include "ui/knobs/knob_field.h"
#include "ui/knobs/knob_panel.h"
#include "ui/knobs/knob_row.h"
#include "ui/knobs/knob_slider.h"
#include "ui/knobs/profile_bar.h"
#include "ui/knobs/segmented.h"
#include "ui/knobs/switch.h"
#include "ui/theme/theme.h"

#include <QTest>

using namespace penstock;
using namespace penstock::ui;
using namespace std::chrono_literals;

namespace {

/// Draws the panel into the folder that PENSTOCK_PICTURES names, to be looked at.
void picture(QWidget& widget, const QString& name) {
    const QString folder = qEnvironmentVariable("PENSTOCK_PICTURES");
    if (!folder.isEmpty()) widget.grab().save(folder + QLatin1Char('/') + name + QStringLiteral(".png"));
}

} // namespace

class TstKnobPanel final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        folder_.emplace();
        QVERIFY(folder_->isValid());
        undo_.emplace();
        panel_.emplace(&*undo_, KnobPanel::Parts{&clock_, folder_->path()});
        asked_.clear();
        connect(&*panel_, &KnobPanel::applyRequested, this, [this](const Knobs& knobs) { asked_.push_back(knobs); });
        panel_->resize(292, 640);
        panel_->QWidget::show();
        QVERIFY(QTest::qWaitForWindowExposed(&*panel_));
    }
    void cleanup() {
        panel_.reset();
        undo_.reset();
    }

    void looks() {
        for (const bool dark : {true, false}) {
            Theme::instance().setMode(dark ? Theme::Mode::Dark : Theme::Mode::Light);
            picture(*panel_, dark ? QStringLiteral("knobs_dark") : QStringLiteral("knobs_light"));
        }
    }

private:
    test::ManualClock clock_;
    std::optional<QTemporaryDir> folder_;
    std::optional<QUndoStack> undo_;
    std::optional<KnobPanel> panel_;
    std::vector<Knobs> asked_;
};

QTEST_MAIN(TstKnobPanel)
#include "tst_knob_panel.moc"
