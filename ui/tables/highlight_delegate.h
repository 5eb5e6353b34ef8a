#pragma once

#include <QStyledItemDelegate>

namespace penstock::ui {

/// Marks where a searched text stands in a cell: a band behind it and a line below.
class HighlightDelegate final : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void setText(const QString& text) { text_ = text; }
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    QString text_;
};

} // namespace penstock::ui
