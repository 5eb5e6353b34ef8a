#pragma once

#include <QAbstractSpinBox>

class QLineEdit;

namespace penstock::ui {

/// A text field would keep Ctrl+Z to itself even where there is nothing typed to take back. True when `event` is such a key: it
/// was then left to the window, whose undo takes back the last turn of a knob.
bool leavesUndo(QEvent* event, const QLineEdit& edit);

/// A number as text with its unit. It takes whatever is typed: whether that is a value is for others to say. A spin box to
/// assistive programs.
class KnobField final : public QAbstractSpinBox {
    Q_OBJECT
    Q_PROPERTY(double value READ value WRITE askFor)
    Q_PROPERTY(double minimum READ minimum)
    Q_PROPERTY(double maximum READ maximum)
    Q_PROPERTY(double singleStep READ singleStep)

public:
    KnobField(double minimum, double maximum, QWidget* parent = nullptr);

    double value() const { return value_; }
    double minimum() const { return minimum_; }
    double maximum() const { return maximum_; }
    double singleStep() const { return 1; }

    /// By an assistive program: a value to be turned to.
    void askFor(double value);
    /// What is in force; replaces what was typed.
    void show(double value, const QString& text);
    bool typedIn() const;
    /// The same, but what was typed stays: it waits for a reason to go.
    void showBehindTyped(double value) { value_ = value; }
    /// What was typed no longer counts, for instance since the value was stepped on from.
    void forgetTyped();

    void stepBy(int steps) override { Q_EMIT stepped(steps); }

Q_SIGNALS:
    /// Enter was pressed, or the focus left, after something was typed.
    void typed(const QString& text);
    void edited(); ///< a key changed the text
    void stepped(int by);
    void askedFor(double value); ///< within minimum and maximum
    void reverted(); ///< Escape

private:
    bool event(QEvent* event) override;
    StepEnabled stepEnabled() const override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

    double minimum_, maximum_, value_ = 0;
};

} // namespace penstock::ui
