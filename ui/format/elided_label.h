#pragma once

#include <QLabel>

namespace penstock::ui {

/// One line of plain text that gives way: what does not fit ends in an ellipsis, and the tooltip has it whole.
class ElidedLabel final : public QLabel {
    Q_OBJECT

public:
    explicit ElidedLabel(QWidget* parent = nullptr)
        : ElidedLabel(Qt::ElideRight, parent) {}
    explicit ElidedLabel(Qt::TextElideMode mode, QWidget* parent = nullptr);

    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Qt::TextElideMode mode_;
};

} // namespace penstock::ui
