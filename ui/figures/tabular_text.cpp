#include "ui/figures/tabular_text.h"

#include <QFontMetricsF>
#include <QPainter>

namespace penstock::ui {

namespace {

double widestDigit(const QFontMetricsF& metrics) {
    double widest = 0;
    for (char digit = '0'; digit <= '9'; ++digit) widest = std::max(widest, metrics.horizontalAdvance(QLatin1Char(digit)));
    return widest;
}

/// Calls `visit(part, x, width)`: digits one by one, the text between them in one piece.
template <typename Visit>
double walk(const QString& text, const QFont& font, Visit&& visit) {
    const QFontMetricsF metrics(font);
    const double digit = widestDigit(metrics);
    double x = 0;
    for (qsizetype at = 0; at < text.size();) {
        if (text[at].isDigit()) {
            const QString part(text[at++]);
            visit(part, x + (digit - metrics.horizontalAdvance(part)) / 2);
            x += digit;
            continue;
        }
        qsizetype end = at;
        while (end < text.size() && !text[end].isDigit()) ++end;
        const QString part = text.mid(at, end - at);
        visit(part, x);
        x += metrics.horizontalAdvance(part);
        at = end;
    }
    return x;
}

} // namespace

double tabularWidth(const QString& text, const QFont& font) {
    return walk(text, font, [](const QString&, double) {});
}

void drawTabular(QPainter& painter, double x, double y, const QString& text, const QFont& font) {
    painter.setFont(font);
    walk(text, font, [&](const QString& part, double at) { painter.drawText(QPointF(x + at, y), part); });
}

} // namespace penstock::ui
