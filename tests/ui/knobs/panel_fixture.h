#pragma once

#include "engine/base/knob_catalog.h"
#include "engine/base/profile.h"
#include "tests/support/manual_clock.h"
#include "ui/knobs/knob_field.h"
#include "ui/knobs/knob_panel.h"
#include "ui/knobs/knob_row.h"
#include "ui/knobs/knob_slider.h"
#include "ui/knobs/profile_bar.h"
#include "ui/knobs/profile_list.h"
#include "ui/knobs/segmented.h"
#include "ui/knobs/switch.h"
#include "ui/theme/theme.h"

#include <QAccessible>
#include <QTest>
#include <QUndoStack>

namespace penstock::test {

using namespace penstock::ui;
using namespace std::chrono_literals;

/// A shown panel for each test, with a clock moved by hand, a folder of its own and what it asked for.
class PanelFixture : public QObject {
    Q_OBJECT

protected:
    /// Draws the panel into the folder that PENSTOCK_PICTURES names, to be looked at.
    static void picture(QWidget& widget, const QString& name) {
        const QString folder = qEnvironmentVariable("PENSTOCK_PICTURES");
        if (folder.isEmpty()) return;
        QCoreApplication::processEvents();
        widget.grab().save(folder + QLatin1Char('/') + name + QStringLiteral(".png"));
    }

    void setUp() {
        folder_.emplace();
        QVERIFY(folder_->isValid());
        undo_.emplace();
        panel_.emplace(&*undo_, KnobPanel::Parts{&clock_, folder_->path()});
        asked_.clear();
        connect(&*panel_, &KnobPanel::applyRequested, this, [this](const Knobs& knobs) { asked_.push_back(knobs); });
        panel_->resize(280, 640);
        panel_->QWidget::show();
        QVERIFY(QTest::qWaitForWindowExposed(&*panel_));
    }
    void tearDown() {
        panel_.reset();
        undo_.reset();
    }

    KnobRow& row(std::string_view word) { return *panel_->row(word); }
    QString fieldText(std::string_view word) { return row(word).field()->text(); }
    QString profile() { return panel_->profileBar()->combo()->currentText(); }
    void type(std::string_view word, const QString& text) {
        auto* field = row(word).field();
        field->setFocus();
        field->selectAll();
        QTest::keyClicks(field, text);
        QTest::keyClick(field, Qt::Key_Return);
    }
    void choose(const QString& name) {
        auto* combo = panel_->profileBar()->combo();
        combo->setCurrentIndex(combo->findText(name));
        Q_EMIT combo->activated(combo->currentIndex());
    }

    test::ManualClock clock_;
    std::optional<QTemporaryDir> folder_;
    std::optional<QUndoStack> undo_;
    std::optional<KnobPanel> panel_;
    std::vector<Knobs> asked_;
};

} // namespace penstock::test
