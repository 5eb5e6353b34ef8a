#pragma once

#include <QCheckBox>

namespace penstock::ui {

/// On or off, as a sliding switch with the word beside it. A check box to assistive programs.
class Switch final : public QCheckBox {
    Q_OBJECT

public:
    explicit Switch(QWidget* parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

private:
    bool hitButton(const QPoint& at) const override { return rect().contains(at); }
    void paintEvent(QPaintEvent* event) override;
};

} // namespace penstock::ui
