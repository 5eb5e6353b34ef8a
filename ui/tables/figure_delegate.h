#pragma once

#include <QStyledItemDelegate>

namespace penstock::ui {

/// Draws figures with digits of one width, so that those of a column stand below each other (the fonts' own switch for
/// that, `tnum`, has no interface before Qt 6.7). Texts that are no figures are drawn as usual.
class FigureDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

    /// `text` into `area`, at its right edge when `right`; false when the font lacks one of its characters.
    static bool drawFigure(QPainter& painter, const QRectF& area, const QString& text, const QFont& font, bool right);
};

} // namespace penstock::ui
