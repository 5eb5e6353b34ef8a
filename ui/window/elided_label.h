#pragma once

#include <QLabel>

namespace penstock::ui {

/// A line of text that gives way: what does not fit ends in an ellipsis and is whole in the tooltip.
class ElidedLabel final : public QLabel {
    Q_OBJECT

public:
    explicit ElidedLabel(Qt::TextElideMode mode = Qt::ElideRight, QWidget* parent = nullptr);
    void setFullText(const QString& text);
    QString fullText() const { return full_; }
    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void elide();

    const Qt::TextElideMode mode_;
    QString full_;
};

} // namespace penstock::ui
