#include "ui/tables/figure_delegate.h"

#include "ui/theme/theme.h"

#include <QGlyphRun>
#include <QPainter>
#include <QRawFont>

#include <array>
#include <cmath>

namespace penstock::ui {

namespace {

/// The raw font of the last QFont asked for: a column asks for the same one again and again.
const QRawFont& rawFontOf(const QFont& font, double& digitWidth) {
    struct Known {
        QFont font;
        QRawFont raw;
        double digit = 0;
    };
    static std::array<Known, 2> known;
    static std::size_t next = 0;
    for (auto& each : known)
        if (each.raw.isValid() && each.font == font) {
            digitWidth = each.digit;
            return each.raw;
        }
    Known& fresh = known[next++ % known.size()];
    fresh = {font, QRawFont::fromFont(font), 0};
    const auto glyphs = fresh.raw.glyphIndexesForString(QStringLiteral("0123456789"));
    for (const auto& advance : fresh.raw.advancesForGlyphIndexes(glyphs))
        fresh.digit = std::max(fresh.digit, advance.x());
    digitWidth = fresh.digit;
    return fresh.raw;
}

} // namespace

bool FigureDelegate::drawFigure(QPainter& painter, const QRectF& area, const QString& text, const QFont& font,
                                bool right) {
    double digit = 0;
    const QRawFont& raw = rawFontOf(font, digit);
    if (!raw.isValid()) return false;
    const auto glyphs = raw.glyphIndexesForString(text);
    if (glyphs.size() != text.size() || glyphs.contains(0)) return false;
    const auto advances = raw.advancesForGlyphIndexes(glyphs);
    QList<QPointF> places(glyphs.size());
    double x = 0;
    for (qsizetype i = 0; i < glyphs.size(); ++i) {
        const double own = advances[i].x();
        const double width = text[i].isDigit() ? digit : own;
        places[i] = QPointF(x + (width - own) / 2, 0);
        x += width;
    }
    if (x > area.width()) return false;
    const double baseline = area.top() + (area.height() - raw.ascent() - raw.descent()) / 2 + raw.ascent();
    QGlyphRun run;
    run.setRawFont(raw);
    run.setGlyphIndexes(glyphs);
    run.setPositions(places);
    painter.drawGlyphRun(QPointF(right ? area.right() - x : area.left(), std::round(baseline)), run);
    return true;
}

void FigureDelegate::paint(QPainter* painter, const QStyleOptionViewItem& given, const QModelIndex& index) const {
    QStyleOptionViewItem option = given;
    initStyleOption(&option, index);
    const auto& theme = Theme::instance();
    painter->save();
    // The view has drawn the row's background, selection included.
    if (option.state & QStyle::State_HasFocus) {
        painter->setPen(theme.color(ColorRole::Accent));
        painter->drawRect(option.rect.adjusted(0, 0, -1, -1));
    }
    const QRect area = option.rect.adjusted(margin, 0, -margin, 0);
    const bool right = option.displayAlignment & Qt::AlignRight;
    painter->setPen(option.palette.color(option.state & QStyle::State_Enabled ? QPalette::Normal : QPalette::Disabled,
                                         QPalette::Text));
    painter->setFont(option.font);
    if (!option.text.isEmpty() && !(right && drawFigure(*painter, area, option.text, option.font, true)))
        painter->drawText(area, (right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter | Qt::TextSingleLine,
                          option.fontMetrics.elidedText(option.text, elide_, area.width()));
    painter->restore();
}

} // namespace penstock::ui
