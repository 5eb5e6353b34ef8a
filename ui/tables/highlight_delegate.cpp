#include "ui/tables/highlight_delegate.h"

#include "ui/theme/theme.h"

#include <QPainter>

namespace penstock::ui {

void HighlightDelegate::paint(QPainter* painter, const QStyleOptionViewItem& given, const QModelIndex& index) const {
    if (text_.isEmpty()) return FigureDelegate::paint(painter, given, index);
    QStyleOptionViewItem option = given;
    initStyleOption(&option, index);
    const QRect area = option.rect.adjusted(margin, 0, -margin, 0);
    const QString shown = option.fontMetrics.elidedText(option.text, Qt::ElideRight, area.width());
    const auto& theme = Theme::instance();
    int found = 0;
    for (auto at = shown.indexOf(text_, 0, Qt::CaseInsensitive); at >= 0 && found < 100;
         at = shown.indexOf(text_, at + text_.size(), Qt::CaseInsensitive), ++found) {
        const int left = area.left() + option.fontMetrics.horizontalAdvance(shown.left(at));
        const int right = area.left() + option.fontMetrics.horizontalAdvance(shown.left(at + text_.size()));
        const int height = option.fontMetrics.height();
        const QRect band(left, area.center().y() - height / 2, right - left, height);
        painter->fillRect(band, theme.color(ColorRole::Yellow, theme.dark() ? 0.30 : 0.35));
        painter->fillRect(QRect(band.left(), band.bottom(), band.width(), 2), theme.color(ColorRole::Warn));
    }
    FigureDelegate::paint(painter, given, index);
}

} // namespace penstock::ui
