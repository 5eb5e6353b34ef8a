#pragma once

#include "ui/tables/plain_text.h"

#include <QLabel>
#include <QPainter>

namespace penstock::ui {

/// One line of plain text that ends with an ellipsis where there is no room; its tooltip has it whole.
class ElidedLabel final : public QLabel {
    Q_OBJECT

public:
    explicit ElidedLabel(QWidget* parent = nullptr)
        : QLabel(parent) {
        setTextFormat(Qt::PlainText);
        setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setPen(palette().color(foregroundRole()));
        painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         fontMetrics().elidedText(text(), Qt::ElideRight, width()));
        const bool cut = fontMetrics().horizontalAdvance(text()) > width();
        if (const QString tip = cut ? toolTipOf(text()) : QString(); tip != toolTip()) setToolTip(tip);
    }
};

} // namespace penstock::ui
