#include "ui/knobs/switch.h"

#include "ui/theme/theme.h"

#include <QPainter>

namespace penstock::ui {

namespace {
constexpr int trackWidth = 32, trackHeight = 18, gap = 8;
}

Switch::Switch(QWidget* parent)
    : QCheckBox(parent) {}

QSize Switch::sizeHint() const {
    const QFontMetrics metrics(Theme::instance().font(FontRole::Body));
    return {trackWidth + gap + metrics.horizontalAdvance(tr("Off")) + 8, std::max(trackHeight + 4, metrics.height() + 4)};
}

void Switch::paintEvent(QPaintEvent*) {
    const auto& theme = Theme::instance();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF track(1.5, (height() - trackHeight) / 2.0, trackWidth, trackHeight);
    const bool on = isChecked();
    painter.setPen(QPen(theme.color(on && isEnabled() ? ColorRole::Accent : ColorRole::Marker), 1));
    painter.setBrush(theme.color(!on ? ColorRole::Panel : isEnabled() ? ColorRole::Accent : ColorRole::Border));
    painter.drawRoundedRect(track, trackHeight / 2.0, trackHeight / 2.0);
    const double radius = trackHeight / 2.0 - 4;
    const QPointF centre(on ? track.right() - trackHeight / 2.0 : track.left() + trackHeight / 2.0, track.center().y());
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.color(on && isEnabled() ? ColorRole::AccentText : ColorRole::Marker));
    painter.drawEllipse(centre, radius, radius);
    painter.setFont(theme.font(FontRole::Body));
    painter.setPen(theme.color(isEnabled() ? ColorRole::Text : ColorRole::TextMuted));
    painter.drawText(rect().adjusted(trackWidth + gap, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, on ? tr("On") : tr("Off"));
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(theme.color(on ? ColorRole::Text : ColorRole::Accent), 1.5));
        painter.drawRoundedRect(track, trackHeight / 2.0, trackHeight / 2.0);
    }
}

} // namespace penstock::ui
