#include "ui/knobs/knob_field.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace penstock::ui {

bool leavesUndo(QEvent* event, const QLineEdit& edit) {
    if (event->type() != QEvent::ShortcutOverride || edit.isModified()) return false;
    const auto* key = static_cast<QKeyEvent*>(event);
    if (!key->matches(QKeySequence::Undo) && !key->matches(QKeySequence::Redo)) return false;
    event->ignore();
    return true;
}

KnobField::KnobField(double minimum, double maximum, QWidget* parent)
    : QAbstractSpinBox(parent)
    , minimum_(minimum)
    , maximum_(maximum) {
    setButtonSymbols(QAbstractSpinBox::NoButtons);
    setAlignment(Qt::AlignRight);
    setFocusPolicy(Qt::StrongFocus);
    lineEdit()->setMaxLength(64);
    connect(lineEdit(), &QLineEdit::textEdited, this, &KnobField::edited);
}

void KnobField::show(double value, const QString& text) {
    value_ = value;
    if (lineEdit()->text() != text) lineEdit()->setText(text);
    lineEdit()->setModified(false);
}

void KnobField::askFor(double value) {
    if (!isReadOnly() && std::isfinite(value)) Q_EMIT askedFor(std::clamp(value, minimum_, maximum_));
}

void KnobField::forgetTyped() { lineEdit()->setModified(false); }

bool KnobField::event(QEvent* event) {
    if (leavesUndo(event, *lineEdit())) return true;
    return QAbstractSpinBox::event(event);
}

bool KnobField::typedIn() const { return lineEdit()->isModified(); }

QAbstractSpinBox::StepEnabled KnobField::stepEnabled() const {
    return isReadOnly() ? StepEnabled(StepNone) : StepUpEnabled | StepDownEnabled;
}

void KnobField::keyPressEvent(QKeyEvent* event) {
    const auto step = [&](int by) {
        if (!isReadOnly()) Q_EMIT stepped(by);
        event->accept();
    };
    switch (event->key()) {
    case Qt::Key_Up: return step(1);
    case Qt::Key_Down: return step(-1);
    case Qt::Key_PageUp: return step(10);
    case Qt::Key_PageDown: return step(-10);
    case Qt::Key_Enter:
    case Qt::Key_Return:
        if (typedIn()) Q_EMIT typed(lineEdit()->text());
        return event->accept();
    case Qt::Key_Escape: return Q_EMIT reverted();
    default: QAbstractSpinBox::keyPressEvent(event);
    }
}

void KnobField::focusOutEvent(QFocusEvent* event) {
    if (typedIn()) Q_EMIT typed(lineEdit()->text());
    QAbstractSpinBox::focusOutEvent(event);
}

void KnobField::wheelEvent(QWheelEvent* event) {
    // Scrolling the panel must not turn what comes under the pointer.
    if (hasFocus()) QAbstractSpinBox::wheelEvent(event);
    else event->ignore();
}

} // namespace penstock::ui
