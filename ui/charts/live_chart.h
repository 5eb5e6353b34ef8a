#pragma once

#include "ui/charts/chart_face.h"
#include "ui/charts/time_view.h"
#include "ui/work/document_writer.h"

#include <QPixmap>
#include <QWidget>

#include <memory>

namespace penstock::ui {

/// One chart on the shared time axis: draws a ChartFace of the history and lets a person read it, by mouse and by keyboard.
///
/// Mouse: the crosshair follows; a drag scrolls in time; the wheel changes the range; a double click enlarges. Keys: Left and
/// Right move the crosshair, + and - change the range, Home and End go to the run's ends, Enter enlarges.
class LiveChart final : public QWidget {
    Q_OBJECT

public:
    /// `view` must outlive the chart.
    LiveChart(ChartSpec spec, TimeView& view, QWidget* parent = nullptr);

    void setHistory(const SnapshotHistory* history);
    void setMarkers(const std::vector<ChartMarker>& markers);
    void setBaseline(std::optional<ChartBaseline> baseline);
    void setSimulated(bool simulated);
    void setScale(double scale);
    /// There is something new in the history: drawn with the next repaint, when the chart can be seen.
    void refresh();

    const ChartSpec& spec() const { return face_.spec(); }
    const SnapshotHistory* history() const { return history_; }
    /// What it says in words, as assistive programs read it.
    QString words() const;

    // The chart as a file of its own, as it is at this moment or was at `until` (seconds of run time). `size` in logical pixels.

    /// Of which time a document is.
    enum class Extent { Visible, WholeRun };

    /// At twice the density.
    Document png(const QString& path, QSize size, Extent extent = Extent::Visible, std::optional<double> until = {}) const;
    Document svg(const QString& path, QSize size) const;
    /// The points of every series: `seconds`, one column a series; a column `simulated` where it is.
    Document csv(const QString& path, Extent extent = Extent::Visible, std::optional<double> until = {}) const;
    void copyPicture() const;

    QSize sizeHint() const override { return {360, 200}; }
    QSize minimumSizeHint() const override { return {200, 128}; }

Q_SIGNALS:
    void enlargeRequested();
    void saveRequested(const penstock::ui::Document& document);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void read();
    void invalidate();
    /// The time or the history moved on: body_ is drawn anew once that shows.
    void onTime();
    bool historyShows(double pixel) const;
    ChartReading reading() const;
    ChartReading readingAt(std::optional<double> time) const;
    struct Still;
    std::shared_ptr<Still> still(QSize size, Extent extent, std::optional<double> until) const;
    /// The stretch of time that is shown, or was when `until` was its newest moment; or all of the run up to it.
    std::pair<double, double> stretchUntil(Extent extent, std::optional<double> until) const;
    void saveWithDialog(const QString& suffix, const QString& filter);

    TimeView& view_;
    ChartFace face_;
    const SnapshotHistory* history_ = nullptr;
    std::optional<ChartBaseline> baseline_;
    double scale_ = 1;
    QPixmap body_;      ///< all that stays while the crosshair moves
    bool stale_ = true; ///< body_ must be drawn anew
    double drawnFrom_ = 0, drawnTo_ = -1; ///< the stretch of time that body_ shows
    double drawnEnd_ = 0;                 ///< the newest moment of the history when body_ was drawn
    std::uint64_t drawnRevision_ = 0;     ///< and its revision
    std::optional<double> dragFrom_; ///< x of the press
    bool hovered_ = false;
};

} // namespace penstock::ui
