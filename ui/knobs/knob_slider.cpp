#include "ui/knobs/knob_slider.h"

#include "ui/knobs/knob_steps.h"

#include <QAccessibleValueInterface>
#include <QAccessibleWidget>
#include <QMouseEvent>
#include <QSignalBlocker>
#include <QWheelEvent>

namespace penstock::ui {

namespace {

/// Says the knob's value, where Qt's own would say the index of the stop.
class Accessible final : public QAccessibleWidget, public QAccessibleValueInterface {
public:
    explicit Accessible(KnobSlider* slider)
        : QAccessibleWidget(slider, QAccessible::Slider) {}

    void* interface_cast(QAccessible::InterfaceType type) override {
        return type == QAccessible::ValueInterface ? static_cast<QAccessibleValueInterface*>(this) : QAccessibleWidget::interface_cast(type);
    }
    QString text(QAccessible::Text what) const override {
        return what == QAccessible::Value ? slider()->shownText() : QAccessibleWidget::text(what);
    }
    QVariant currentValue() const override { return slider()->shown(); }
    void setCurrentValue(const QVariant& value) override { slider()->setValue(nearestStep(slider()->steps(), value.toDouble())); }
    QVariant maximumValue() const override { return slider()->steps().back(); }
    QVariant minimumValue() const override { return slider()->steps().front(); }
    QVariant minimumStepSize() const override { return slider()->steps().size() > 1 ? slider()->steps()[1] - slider()->steps()[0] : 0; }

private:
    KnobSlider* slider() const { return static_cast<KnobSlider*>(widget()); }
};

QAccessibleInterface* makeAccessible(const QString&, QObject* object) {
    auto* slider = qobject_cast<KnobSlider*>(object);
    return slider ? new Accessible(slider) : nullptr;
}

} // namespace

KnobSlider::KnobSlider(std::vector<double> steps, QWidget* parent)
    : QSlider(Qt::Horizontal, parent)
    , steps_(std::move(steps)) {
    static const bool installed = (QAccessible::installFactory(makeAccessible), true);
    Q_UNUSED(installed);
    setRange(0, static_cast<int>(steps_.size()) - 1);
    setSingleStep(1);
    setPageStep(4);
    setFocusPolicy(Qt::StrongFocus);
    setMinimumWidth(40);
    connect(this, &QSlider::valueChanged, this, [this](int index) { Q_EMIT turned(steps_[static_cast<std::size_t>(index)]); });
}

void KnobSlider::show(double value, const QString& text) {
    const bool changed = value != shown_;
    shown_ = value;
    text_ = text;
    const QSignalBlocker quiet(this);
    if (!isSliderDown()) setValue(nearestStep(steps_, value));
    if (changed && QAccessible::isActive()) {
        QAccessibleValueChangeEvent event(this, value);
        QAccessible::updateAccessibility(&event);
    }
}

void KnobSlider::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) {
        Q_EMIT pressed();
        // The handle comes to the pointer, wherever the groove was pressed, and follows from there.
        constexpr int handle = 14;
        setValue(QStyle::sliderValueFromPosition(minimum(), maximum(), qRound(event->position().x()) - handle / 2, width() - handle));
    }
    QSlider::mousePressEvent(event);
}

void KnobSlider::mouseReleaseEvent(QMouseEvent* event) {
    QSlider::mouseReleaseEvent(event);
    if (event->button() == Qt::LeftButton) Q_EMIT released();
}

void KnobSlider::wheelEvent(QWheelEvent* event) {
    // Scrolling the panel must not turn what comes under the pointer.
    if (hasFocus()) QSlider::wheelEvent(event);
    else event->ignore();
}

} // namespace penstock::ui
