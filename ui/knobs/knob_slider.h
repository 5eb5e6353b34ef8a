#pragma once

#include <QSlider>

#include <vector>

namespace penstock::ui {

/// A slider over the stops of a knob. Its position is the index of a stop; assistive programs are told the value there.
class KnobSlider final : public QSlider {
    Q_OBJECT

public:
    explicit KnobSlider(std::vector<double> steps, QWidget* parent = nullptr);

    const std::vector<double>& steps() const { return steps_; }
    /// The knob's value, which may lie between two stops or outside them; the handle goes to the nearest. Without turned().
    void show(double value, const QString& text);
    double shown() const { return shown_; }
    const QString& shownText() const { return text_; }

Q_SIGNALS:
    /// A person moved it to the stop with this value.
    void turned(double value);
    void pressed();
    void released();

private:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

    std::vector<double> steps_;
    double shown_ = 0;
    QString text_;
};

} // namespace penstock::ui
