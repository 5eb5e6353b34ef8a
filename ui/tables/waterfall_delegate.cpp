#include "ui/tables/waterfall_delegate.h"

#include "ui/theme/theme.h"

#include <QCoreApplication>
#include <QPainter>

namespace penstock::ui {

using Kind = WaterfallPiece::Kind;

QString waterfallKindName(Kind kind) {
    const auto say = [](const char* words) { return QCoreApplication::translate("Waterfall", words); };
    switch (kind) {
    case Kind::Queue:
        return say("queue");
    case Kind::Connection:
        return say("connection");
    case Kind::FirstToken:
        return say("first token");
    case Kind::Stream:
        return say("stream");
    case Kind::Post:
        return say("post");
    case Kind::BackOff:
        return say("back-off");
    case Kind::Failed:
        return say("failed");
    }
    return {};
}

void drawWaterfallPiece(QPainter& painter, const QRectF& bar, Kind kind) {
    const auto& theme = Theme::instance();
    const auto fill = [&](ColorRole role) { painter.fillRect(bar, theme.color(role)); };
    const auto outline = [&](const QColor& color, Qt::PenStyle style) {
        if (bar.width() < 3) return painter.fillRect(bar, color);
        painter.setPen(QPen(color, 1, style));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(bar.adjusted(0.5, 0.5, -0.5, -0.5));
    };
    switch (kind) {
    case Kind::Queue:
        painter.fillRect(bar, theme.color(ColorRole::Grey, theme.dark() ? 0.30 : 0.35));
        outline(theme.color(ColorRole::Grey, 0.75), Qt::SolidLine);
        break;
    case Kind::Connection:
        fill(ColorRole::Orange);
        break;
    case Kind::FirstToken:
        fill(ColorRole::Purple);
        break;
    case Kind::Stream:
        fill(ColorRole::Blue);
        break;
    case Kind::Post:
        fill(ColorRole::Green);
        break;
    case Kind::BackOff: {
        // A dashed line: nothing is sent and no slot is held.
        painter.setPen(QPen(theme.color(ColorRole::Marker), 1.5, Qt::DotLine));
        painter.drawLine(QPointF(bar.left(), bar.center().y()), QPointF(bar.right(), bar.center().y()));
        break;
    }
    case Kind::Failed: {
        painter.fillRect(bar, theme.color(ColorRole::Vermilion, theme.dark() ? 0.55 : 0.45));
        painter.fillRect(bar,
                         QBrush(theme.color(theme.dark() ? ColorRole::Vermilion : ColorRole::Bad), Qt::BDiagPattern));
        outline(theme.color(ColorRole::Vermilion), Qt::SolidLine);
        break;
    }
    }
}

WaterfallDelegate::WaterfallDelegate(Pieces pieces, QObject* parent)
    : QStyledItemDelegate(parent)
    , pieces_(std::move(pieces)) {}

double WaterfallDelegate::x(double seconds, double span, const QRectF& area) {
    return area.left() + margin + (span > 0 ? seconds / span : 0) * (area.width() - 2 * margin);
}

double WaterfallDelegate::piecesOf(int row) const {
    double end = pieces_(row, scratch_);
    if (queueShown_ || scratch_.empty() || scratch_.front().kind != Kind::Queue) return end;
    const double cut = scratch_.front().to;
    scratch_.erase(scratch_.begin());
    for (auto& piece : scratch_) {
        piece.from -= cut;
        piece.to -= cut;
    }
    return end - cut;
}

bool WaterfallDelegate::fit(int firstRow, int lastRow) {
    double longest = 0;
    for (int row = firstRow; row >= 0 && row <= lastRow; ++row)
        longest = std::max(longest, piecesOf(row));
    if (longest <= 0) return false;
    const double step = waterfallStep(longest, 10);
    const double wanted = std::ceil(longest * 1.02 / step) * step;
    if (longest <= span_ && wanted > span_ / 2) return false;
    span_ = wanted;
    return true;
}

void WaterfallDelegate::setQueueShown(bool shown) {
    queueShown_ = shown;
    span_ = 0;
}

void WaterfallDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    piecesOf(index.row());
    const QRectF area = option.rect;
    painter->save();
    painter->setClipRect(area);
    const int marks = std::max(1, static_cast<int>(area.width() / 50));
    if (const double step = waterfallStep(span_, marks); step > 0) {
        painter->setPen(QPen(Theme::instance().color(ColorRole::Grid), 1));
        for (double at = 0; at <= span_ * 1.0001; at += step) {
            const double line = std::round(x(at, span_, area)) + 0.5;
            painter->drawLine(QPointF(line, area.top()), QPointF(line, area.bottom() + 1));
        }
    }
    const double height = std::min(11.0, area.height() - 8),
                 top = std::round(area.top() + (area.height() - height) / 2);
    for (const auto& piece : scratch_) {
        const double left = x(piece.from, span_, area), right = x(piece.to, span_, area);
        const double least = piece.kind == Kind::Failed ? 5 : 1.25;
        drawWaterfallPiece(*painter, QRectF(left, top, std::max(least, right - left), height), piece.kind);
    }
    if (option.state & QStyle::State_HasFocus) {
        painter->setPen(Theme::instance().color(ColorRole::Accent));
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(option.rect.adjusted(0, 0, -1, -1));
    }
    painter->restore();
}

} // namespace penstock::ui
