#pragma once

#include <QWidget>

#include <optional>

class QLabel;
class QSlider;
class QToolButton;

namespace penstock::ui {

/// Moves through a finished run: everything in the window shows the run as it stood at that time.
class TimeSlider final : public QWidget {
    Q_OBJECT

public:
    explicit TimeSlider(QWidget* parent = nullptr);

    /// Seconds of run time; the slider goes to the end.
    void setLength(double seconds);

Q_SIGNALS:
    /// nullopt: the run's end.
    void timeChosen(std::optional<double> seconds);

private:
    void onMoved(int value);

    double length_ = 0;
    QSlider* slider_ = nullptr;
    QLabel* label_ = nullptr;
    QToolButton* end_ = nullptr;
};

} // namespace penstock::ui
