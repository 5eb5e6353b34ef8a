#pragma once

#include <QWidget>

namespace penstock::ui {

/// Whether the target answers: a filled dot (yes), a ring (not asked yet), a cross (no). Shape and word besides colour.
class HealthDot final : public QWidget {
    Q_OBJECT

public:
    enum class State { Unknown, Good, Bad };

    explicit HealthDot(QWidget* parent = nullptr);
    void setState(State state, const QString& words);
    QSize sizeHint() const override { return {12, 12}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    State state_ = State::Unknown;
};

} // namespace penstock::ui
