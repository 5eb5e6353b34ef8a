#pragma once

#include "ui/figures/figure_text.h"
#include "ui/history/snapshot_history.h"

#include <QWidget>

namespace penstock::ui {

/// One key figure: title, figure, caption, sparkline. Draws itself, and asks for no new layout whatever it shows.
class FigureCard final : public QWidget {
    Q_OBJECT

public:
    explicit FigureCard(Figure figure, QWidget* parent = nullptr);

    Figure figure() const { return figure_; }
    const FigureText& text() const { return text_; }
    void setText(FigureText text);
    void setPoints(std::vector<SnapshotHistory::Point> points);
    const std::vector<SnapshotHistory::Point>& points() const { return points_; }
    void setScale(double scale);
    /// The height that a card has at a scale.
    static int heightAt(double scale);

Q_SIGNALS:
    /// Clicked, or Space or Enter.
    void activated();

private:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void paintTitle(QPainter& painter, const QRectF& line) const;
    void paintCaption(QPainter& painter, const QRectF& line) const;

    Figure figure_;
    FigureText text_;
    std::vector<SnapshotHistory::Point> points_;
    double scale_ = 1;
};

} // namespace penstock::ui
