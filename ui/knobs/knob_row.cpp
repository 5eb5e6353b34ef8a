#include "ui/knobs/knob_row.h"

#include "engine/base/knobs_json.h"
#include "ui/knobs/knob_field.h"
#include "ui/knobs/knob_slider.h"
#include "ui/knobs/knob_steps.h"
#include "ui/knobs/knob_text.h"
#include "ui/knobs/segmented.h"
#include "ui/knobs/switch.h"
#include "ui/theme/theme.h"

#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QSignalBlocker>
#include <QStyle>
#include <QToolButton>

namespace penstock::ui {

namespace {

const nlohmann::ordered_json& defaultOf(const KnobInfo& knob) {
    static const auto defaults = toJson(Knobs{});
    return defaults.at(std::string(knob.word));
}

void markProblem(QWidget* widget, bool on) {
    if (!widget || widget->property("problem").toBool() == on) return;
    widget->setProperty("problem", on);
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
}

} // namespace

KnobRow::KnobRow(const KnobInfo& knob, QWidget* parent)
    : QWidget(parent)
    , knob_(knob) {
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(10, 1, 2, 1);
    grid->setHorizontalSpacing(4);
    grid->setVerticalSpacing(2);
    label_ = new QLabel(knobLabel(knob_), this);
    label_->setMinimumWidth(20);
    grid->addWidget(label_, 0, 0);
    auto* control = makeControl();
    grid->addWidget(control, 0, 1);
    const QString word = QString::fromUtf8(knob.word.data(), static_cast<qsizetype>(knob.word.size()));
    auto* main = field_ ? static_cast<QWidget*>(field_) : control;
    main->setObjectName(QStringLiteral("knob-") + word);
    if (slider_) slider_->setObjectName(QStringLiteral("slider-") + word);
    reset_ = new QToolButton(this);
    reset_->setText(QStringLiteral("\u21ba"));
    reset_->setObjectName(QStringLiteral("reset-") + word);
    reset_->setProperty("flat", true);
    reset_->setStyleSheet(QStringLiteral("padding: 0px"));
    reset_->setFixedSize(18, 22);
    auto kept = reset_->sizePolicy();
    kept.setRetainSizeWhenHidden(true);
    reset_->setSizePolicy(kept);
    reset_->hide();
    connect(reset_, &QToolButton::clicked, this, [this] {
        forgetTyped();
        Q_EMIT resetAsked();
    });
    grid->addWidget(reset_, 0, 2);
    grid->setColumnStretch(1, 1);
    reason_ = new QLabel(this);
    reason_->setWordWrap(true);
    reason_->setProperty("problem", true);
    reason_->setObjectName(QStringLiteral("reason-") + word);
    reason_->hide();
    grid->addWidget(reason_, 1, 0, 1, 3);
    label_->setBuddy(main);
    connect(&Theme::instance(), &Theme::changed, this, &KnobRow::restyle);
    restyle();
}

QWidget* KnobRow::makeControl() {
    switch (knob_.kind) {
    case KnobKind::Choice: {
        QStringList labels;
        for (const auto choice : knob_.choices) labels << knobChoice(choice);
        choices_ = new Segmented(labels, knobLabel(knob_), this);
        connect(choices_, &Segmented::chosen, this,
                [this](int index) { Q_EMIT turned(std::string(knob_.choices[static_cast<std::size_t>(index)]), false); });
        return choices_;
    }
    case KnobKind::Switch:
        switch_ = new Switch(this);
        switch_->setAccessibleName(knobLabel(knob_));
        connect(switch_, &Switch::clicked, this, [this](bool on) { Q_EMIT turned(on, false); });
        return switch_;
    case KnobKind::Text:
        text_ = new QLineEdit(this);
        text_->setAccessibleName(knobLabel(knob_));
        text_->setMaxLength(4096);
        if (knob_.word == "degrade-overrides") text_->setPlaceholderText(QStringLiteral("{\"max_tokens\": 64}"));
        text_->installEventFilter(this);
        connect(text_, &QLineEdit::textEdited, this, [this] { typing_ = true; });
        return text_;
    default: break;
    }
    auto* both = new QWidget(this);
    makeNumber(both);
    return both;
}

void KnobRow::makeNumber(QWidget* into) {
    auto* row = new QHBoxLayout(into);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(5);
    if (auto steps = sliderSteps(knob_); !steps.empty()) {
        slider_ = new KnobSlider(std::move(steps), into);
        slider_->setAccessibleName(knobLabel(knob_));
        connect(slider_, &KnobSlider::turned, this, [this](double value) {
            forgetTyped();
            Q_EMIT turned(knobValue(knob_, value), true);
        });
        connect(slider_, &KnobSlider::pressed, this, &KnobRow::pressed);
        connect(slider_, &KnobSlider::released, this, &KnobRow::released);
        row->addWidget(slider_, 1);
    }
    field_ = new KnobField(knob_.least, knob_.most, into);
    field_->setAccessibleName(knobLabel(knob_));
    // What has the focus within it is an object of its own to assistive programs.
    if (auto* inner = field_->findChild<QLineEdit*>()) inner->setAccessibleName(knobLabel(knob_));
    connect(field_, &KnobField::edited, this, [this] { typing_ = true; });
    connect(field_, &KnobField::typed, this, &KnobRow::commitTyped);
    connect(field_, &KnobField::reverted, this, [this] {
        forgetTyped();
        Q_EMIT reverted();
    });
    connect(field_, &KnobField::askedFor, this, [this](double value) {
        forgetTyped();
        Q_EMIT turned(knobValue(knob_, value), false);
    });
    connect(field_, &KnobField::stepped, this, [this](int by) {
        forgetTyped();
        const auto steps = slider_ ? slider_->steps() : std::vector<double>{};
        Q_EMIT turned(knobValue(knob_, steppedValue(knob_, steps, field_->value(), by)), true);
    });
    row->addWidget(field_);
}

void KnobRow::show(const nlohmann::ordered_json& value, const std::string& currency, bool keepTyped) {
    const QString shown = knobText(knob_, value, currency);
    const bool stays = typing_ || (keepTyped && typedIn());
    if (field_ && stays) field_->showBehindTyped(knobNumber(value));
    else if (field_) field_->show(knobNumber(value), shown);
    if (slider_) slider_->show(knobNumber(value), shown);
    if (switch_) switch_->setChecked(value == true);
    if (text_ && !stays) {
        if (text_->text() != shown) text_->setText(shown);
        text_->setModified(false);
    }
    if (choices_)
        for (std::size_t index = 0; index < knob_.choices.size(); ++index)
            if (value == knob_.choices[index]) choices_->setCurrent(static_cast<int>(index));

    if (tipCurrency_ != currency) {
        tipCurrency_ = currency;
        const QString tip = knobTip(knob_, currency);
        for (QWidget* widget : findChildren<QWidget*>()) widget->setToolTip(tip);
        const QString usual = knobText(knob_, defaultOf(knob_), currency);
        const QString back = tr("Reset %1 to %2").arg(knobLabel(knob_), usual.isEmpty() ? tr("nothing") : usual);
        reset_->setToolTip(back);
        reset_->setAccessibleName(back);
    }
    if (const bool changed = keepTyped || value != defaultOf(knob_); changed != changed_) {
        changed_ = changed;
        restyle();
        update();
    }
}

void KnobRow::setReason(const QString& reason) {
    if (reason_->text() == reason && reason_->isHidden() == reason.isEmpty()) return;
    reason_->setText(reason);
    reason_->setVisible(!reason.isEmpty());
    for (QWidget* widget : {static_cast<QWidget*>(field_), static_cast<QWidget*>(text_)}) {
        markProblem(widget, !reason.isEmpty());
        if (widget) widget->setAccessibleDescription(reason);
    }
}

QString KnobRow::reason() const { return reason_->isHidden() ? QString() : reason_->text(); }

void KnobRow::setReadOnly(bool on) {
    readOnly_ = on;
    if (field_) field_->setReadOnly(on);
    if (text_) text_->setReadOnly(on);
    for (QWidget* widget : {static_cast<QWidget*>(slider_), static_cast<QWidget*>(choices_), static_cast<QWidget*>(switch_)})
        if (widget) widget->setEnabled(!on);
    restyle();
}

bool KnobRow::typedIn() const { return (field_ && field_->typedIn()) || (text_ && text_->isModified()); }

void KnobRow::commitTyped() {
    if (!typing_) return;
    typing_ = false;
    Q_EMIT typed(field_ ? field_->text() : text_->text());
}

void KnobRow::forgetTyped() {
    typing_ = false;
    if (field_) field_->forgetTyped();
    if (text_) text_->setModified(false);
}

bool KnobRow::eventFilter(QObject* watched, QEvent* event) {
    if (watched != text_) return QWidget::eventFilter(watched, event);
    if (leavesUndo(event, *text_)) return true;
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Escape) {
            forgetTyped();
            return Q_EMIT reverted(), true;
        }
        if (key == Qt::Key_Enter || key == Qt::Key_Return) return commitTyped(), true;
    }
    if (event->type() == QEvent::FocusOut) commitTyped();
    return QWidget::eventFilter(watched, event);
}

void KnobRow::restyle() {
    const auto& theme = Theme::instance();
    label_->setFont(theme.font(changed_ ? FontRole::Strong : FontRole::Body));
    reason_->setFont(theme.font(FontRole::Small));
    label_->setFixedWidth(QFontMetrics(theme.font(FontRole::Strong)).horizontalAdvance(tr("Queue capacity")) - 2);
    if (field_) field_->setFixedWidth(QFontMetrics(theme.font(FontRole::Body)).horizontalAdvance(QStringLiteral("$00.00/h")) + 18);
    reset_->setVisible(changed_ && !readOnly_);
}

void KnobRow::paintEvent(QPaintEvent*) {
    if (!changed_) return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(Theme::instance().color(ColorRole::Accent));
    painter.drawEllipse(QPointF(5.5, label_->geometry().center().y() + 0.5), 2.5, 2.5);
}

} // namespace penstock::ui
