#include "ui/tables/requests_header.h"

#include "ui/format/figures.h"
#include "ui/tables/waterfall_delegate.h"
#include "ui/theme/theme.h"

#include <QPainter>

#include <array>

namespace penstock::ui {

namespace {

using Kind = WaterfallPiece::Kind;
constexpr std::array kinds{Kind::Queue, Kind::Connection, Kind::FirstToken, Kind::Stream,
                           Kind::Post,  Kind::Failed,     Kind::BackOff};
constexpr int patch = 11, gap = 4, apart = 10;

QString scaleText(double seconds) {
    if (seconds < 1e-9) return QStringLiteral("0");
    if (seconds < 0.9995) return QStringLiteral("%1 ms").arg(QString::number(seconds * 1000, 'g', 4));
    if (seconds < 600) return QStringLiteral("%1 s").arg(QString::number(seconds, 'g', 4));
    return durationText(seconds);
}

} // namespace

RequestsHeader::RequestsHeader(const WaterfallDelegate& waterfall, int column, QWidget* parent)
    : QHeaderView(Qt::Horizontal, parent)
    , waterfall_(waterfall)
    , column_(column) {
    setSectionsClickable(true);
    setSectionsMovable(true);
    setHighlightSections(false);
}

void RequestsHeader::paintSection(QPainter* painter, const QRect& rect, int logicalIndex) const {
    painter->save();
    QHeaderView::paintSection(painter, rect, logicalIndex);
    painter->restore();
    if (logicalIndex != column_ || waterfall_.span() <= 0) return;
    const auto& theme = Theme::instance();
    painter->save();
    painter->setClipRect(rect);
    const QFont font = theme.font(FontRole::Small);
    painter->setFont(font);
    const QFontMetrics metrics(font);
    const QRectF area = rect;
    const int titleEnd =
        rect.left() + 8 + metrics.horizontalAdvance(model()->headerData(column_, Qt::Horizontal).toString()) + 22;
    // The arrow of the order stands at the right.
    const double edge = rect.right() - (sortIndicatorSection() == column_ ? 22 : 2);
    const double step = waterfallStep(waterfall_.span(), std::max(1, rect.width() / 50));
    for (double at = 0; step > 0 && at <= waterfall_.span() * 1.0001; at += step) {
        const double x = std::round(WaterfallDelegate::x(at, waterfall_.span(), area)) + 0.5;
        painter->setPen(QPen(theme.color(ColorRole::Border), 1));
        painter->drawLine(QPointF(x, rect.bottom() - 4), QPointF(x, rect.bottom()));
        const QString text = scaleText(at);
        const double width = metrics.horizontalAdvance(text);
        const double left = x - width / 2;
        if (left < titleEnd || left + width > edge) continue;
        painter->setPen(theme.color(ColorRole::TextMuted));
        painter->drawText(QRectF(left, rect.top(), width + 2, rect.height() - 4), Qt::AlignVCenter, text);
    }
    painter->restore();
}

WaterfallLegend::WaterfallLegend(QWidget* parent)
    : QWidget(parent) {
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setAccessibleName(tr("Legend of the waterfall"));
    QStringList names;
    for (const auto kind : kinds)
        names << waterfallKindName(kind);
    setAccessibleDescription(names.join(QStringLiteral(", ")));
    connect(&Theme::instance(), &Theme::changed, this, [this] { updateGeometry(); });
}

QSize WaterfallLegend::sizeHint() const {
    const QFontMetrics metrics(Theme::instance().font(FontRole::Small));
    int width = 0;
    for (const auto kind : kinds)
        width += patch + gap + metrics.horizontalAdvance(waterfallKindName(kind)) + apart;
    return {width, metrics.height() + 4};
}

void WaterfallLegend::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const auto& theme = Theme::instance();
    const QFont font = theme.font(FontRole::Small);
    const QFontMetrics metrics(font);
    painter.setFont(font);
    int x = 0;
    for (const auto kind : kinds) {
        const QString name = waterfallKindName(kind);
        const int end = x + patch + gap + metrics.horizontalAdvance(name);
        if (end > width()) return; // a name that is cut says less than none
        drawWaterfallPiece(painter, QRectF(x, (height() - 9) / 2.0, patch, 9), kind);
        painter.setPen(theme.color(ColorRole::TextMuted));
        painter.drawText(QRect(x + patch + gap, 0, end - x, height()), Qt::AlignVCenter, name);
        x = end + apart;
    }
}

} // namespace penstock::ui
