#include "ui/window/health_dot.h"

#include "ui/theme/theme.h"

#include <QPainter>

namespace penstock::ui {

HealthDot::HealthDot(QWidget* parent)
    : QWidget(parent) {
    setFixedSize(sizeHint());
    setState(State::Unknown, tr("not asked yet"));
}

void HealthDot::setState(State state, const QString& words) {
    state_ = state;
    setToolTip(words);
    setAccessibleName(tr("Target health: %1").arg(words));
    update();
}

void HealthDot::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::instance();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(2, 2, -2, -2);
    switch (state_) {
    case State::Good:
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.color(ColorRole::Good));
        painter.drawEllipse(box);
        break;
    case State::Unknown:
        painter.setPen(QPen(theme.color(ColorRole::TextMuted), 1.6));
        painter.drawEllipse(box);
        break;
    case State::Bad:
        painter.setPen(QPen(theme.color(ColorRole::Bad), 2));
        painter.drawLine(box.topLeft(), box.bottomRight());
        painter.drawLine(box.topRight(), box.bottomLeft());
        break;
    }
}

} // namespace penstock::ui
