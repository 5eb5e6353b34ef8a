#include "ui/format/elided_label.h"

#include <QPainter>

namespace penstock::ui {

namespace {

constexpr qsizetype mostInTip = 4000;

} // namespace

ElidedLabel::ElidedLabel(Qt::TextElideMode mode, QWidget* parent)
    : QLabel(parent)
    , mode_(mode) {
    setTextFormat(Qt::PlainText);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Preferred);
}

QSize ElidedLabel::minimumSizeHint() const { return {fontMetrics().averageCharWidth() * 4, QLabel::minimumSizeHint().height()}; }

void ElidedLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setPen(palette().color(foregroundRole()));
    painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, fontMetrics().elidedText(text(), mode_, width()));
    const bool cut = fontMetrics().horizontalAdvance(text()) > width();
    // Escaped: a tooltip takes text that looks like HTML for HTML.
    const QString tip = cut ? text().left(mostInTip).toHtmlEscaped() : QString();
    if (tip != toolTip()) setToolTip(tip);
}

} // namespace penstock::ui
