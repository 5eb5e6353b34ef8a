#pragma once

#include <QStyledItemDelegate>

namespace penstock::ui {

/// Draws a cell's text in line with its header. Figures (cells aligned to the right) get digits of one width, so that
/// those of a column stand below each other; the fonts' own switch for that, `tnum`, has no interface before Qt 6.7.
class FigureDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

    /// Where a text that is too long is cut.
    void setElideMode(Qt::TextElideMode mode) { elide_ = mode; }

    static constexpr int margin = 8; ///< pixels left and right of a text, as the headers have

    /// `text` into `area`, at its right edge when `right`; false when the font lacks one of its characters.
    static bool drawFigure(QPainter& painter, const QRectF& area, const QString& text, const QFont& font, bool right);

private:
    Qt::TextElideMode elide_ = Qt::ElideRight;
};

} // namespace penstock::ui
