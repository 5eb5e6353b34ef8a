#pragma once

#include "ui/tables/figure_delegate.h"

namespace penstock::ui {

/// Marks where a searched text stands in a cell: a band behind it and a line below.
class HighlightDelegate final : public FigureDelegate {
    Q_OBJECT

public:
    using FigureDelegate::FigureDelegate;
    void setText(const QString& text) { text_ = text; }
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    QString text_;
};

} // namespace penstock::ui
