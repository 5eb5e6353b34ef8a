#pragma once

#include <QHeaderView>

namespace penstock::ui {

class WaterfallDelegate;

/// The header of the requests: over the waterfall it draws the scale that the bars are drawn to.
class RequestsHeader final : public QHeaderView {
    Q_OBJECT

public:
    /// `waterfall` must outlive the header.
    RequestsHeader(const WaterfallDelegate& waterfall, int column, QWidget* parent = nullptr);

protected:
    void paintSection(QPainter* painter, const QRect& rect, int logicalIndex) const override;

private:
    const WaterfallDelegate& waterfall_;
    int column_;
};

/// What the bars of the waterfall mean: a patch and a word each.
class WaterfallLegend final : public QWidget {
    Q_OBJECT

public:
    explicit WaterfallLegend(QWidget* parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {0, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace penstock::ui
