#pragma once

#include "ui/tables/waterfall.h"

#include <QStyledItemDelegate>

#include <functional>

namespace penstock::ui {

/// Draws one piece kind's bar: colour, and an outline or a hatching besides.
void drawWaterfallPiece(QPainter& painter, const QRectF& bar, WaterfallPiece::Kind kind);
QString waterfallKindName(WaterfallPiece::Kind kind);

/// Where the time went, a bar a request, to one scale for all rows. Each row begins when its request was first queued.
class WaterfallDelegate final : public QStyledItemDelegate {
    Q_OBJECT

public:
    /// Fills the pieces of a row; returns its length in seconds, 0 when there is nothing to draw.
    using Pieces = std::function<double(int row, std::vector<WaterfallPiece>& out)>;

    explicit WaterfallDelegate(Pieces pieces, QObject* parent = nullptr);

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

    /// Chooses the scale for the rows that can be seen. It grows at once and shrinks only when it is more than twice
    /// too large, so that live rows do not make the others tremble. True when it changed.
    bool fit(int firstRow, int lastRow);
    /// Seconds from the left edge to the right.
    double span() const { return span_; }
    /// Leaves out what comes before the first admission: long queues would hide the rest.
    void setQueueShown(bool shown);
    bool queueShown() const { return queueShown_; }

    static constexpr int margin = 8; ///< pixels left and right of the bars
    static double x(double seconds, double span, const QRectF& area);

private:
    double piecesOf(int row) const;

    Pieces pieces_;
    double span_ = 0;
    bool queueShown_ = false;
    mutable std::vector<WaterfallPiece> scratch_;
};

} // namespace penstock::ui
