#pragma once

#include "engine/base/knob_catalog.h"

#include <nlohmann/json.hpp>

#include <QWidget>

class QLabel;
class QLineEdit;
class QToolButton;

namespace penstock::ui {

class KnobField;
class KnobSlider;
class Segmented;
class Switch;

/// One knob: its label, the control that its kind asks for, a reset button while it is not at its default, and below it the
/// reason when it was refused.
class KnobRow final : public QWidget {
    Q_OBJECT

public:
    explicit KnobRow(const KnobInfo& knob, QWidget* parent = nullptr);

    const KnobInfo& knob() const { return knob_; }

    /// What is being typed stays in the field; so does what was typed while there is a reason against it, `keepTyped`.
    void show(const nlohmann::ordered_json& value, const std::string& currency, bool keepTyped = false);
    void setReason(const QString& reason); ///< empty: none
    QString reason() const;
    /// What was typed counts now, as at Enter.
    void commitTyped();
    /// What was typed no longer counts; the next show() replaces it.
    void forgetTyped();
    void setReadOnly(bool on);

    KnobField* field() const { return field_; }
    KnobSlider* slider() const { return slider_; }
    Segmented* choices() const { return choices_; }
    Switch* toggle() const { return switch_; }
    QLineEdit* text() const { return text_; }
    QToolButton* resetButton() const { return reset_; }

Q_SIGNALS:
    /// A value by a control of which more may follow (`more`: a slider, arrow keys), or that is meant as it is.
    void turned(const nlohmann::ordered_json& value, bool more);
    void typed(const QString& text);
    void reverted();
    void resetAsked();
    void pressed();
    void released();

private:
    QWidget* makeControl();
    void makeNumber(QWidget* into);
    bool eventFilter(QObject* watched, QEvent* event) override;
    void restyle();
    bool typedIn() const;

    const KnobInfo& knob_;
    QLabel* label_ = nullptr;
    QLabel* reason_ = nullptr;
    QToolButton* reset_ = nullptr;
    KnobField* field_ = nullptr;
    KnobSlider* slider_ = nullptr;
    Segmented* choices_ = nullptr;
    Switch* switch_ = nullptr;
    QLineEdit* text_ = nullptr;
    std::string tipCurrency_; ///< that the tooltips speak of
    bool changed_ = false, readOnly_ = false;
    bool typing_ = false; ///< keys changed the text, and neither Enter came nor did the focus leave

    void paintEvent(QPaintEvent* event) override;
};

} // namespace penstock::ui
