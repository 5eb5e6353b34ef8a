#pragma once

#include "engine/base/knobs.h"
#include "engine/base/snapshot.h"
#include "ui/figures/baseline_figures.h"
#include "ui/figures/figure_text.h"
#include "ui/history/snapshot_history.h"

#include <QWidget>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace penstock::ui {

class FigureCard;

/// The key figures, eight cards side by side, or in two rows where there is no room. A click on any of them turns between the
/// figures of the present setting and those of the whole run. GUI thread.
class FigureStrip final : public QWidget {
    Q_OBJECT

public:
    /// Points of a value between two times, as SnapshotHistory::points() gives them.
    using Series = std::function<std::vector<SnapshotHistory::Point>(const SnapshotHistory::Value& value, double from, double to, int columns)>;
    /// Seconds of run time that a sparkline shows.
    static constexpr double sparkSeconds = 300;

    explicit FigureStrip(QWidget* parent = nullptr);

    /// Null: nothing ran yet.
    void setSnapshot(std::shared_ptr<const Snapshot> snapshot);
    /// For C_hour and the currency before a run has a setting.
    void setKnobs(const Knobs& knobs);
    /// Run time at which the session began that the snapshots are of: above 0 while a resumed run goes on.
    void setSessionStart(double seconds) { sessionStart_ = seconds; }
    /// Where the sparklines come from; must outlive the strip.
    void setHistory(const SnapshotHistory* history);
    void setSeries(Series series);
    void setBaseline(std::optional<BaselineFigures> baseline);
    /// 1, or larger in presentation mode.
    void setScale(double scale);

    FigureScope wantedScope() const { return wanted_; }
    void setWantedScope(FigureScope scope);
    FigureCard* card(Figure figure) const { return cards_[static_cast<std::size_t>(figure)]; }
    /// Rows in which the cards stand at the present width: 1 or 2.
    int rows() const;

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

private:
    void resizeEvent(QResizeEvent* event) override;
    void place();
    int rowsAt(int width) const;
    void refresh();
    void refreshSparklines();

    std::array<FigureCard*, figureCount> cards_{};
    std::shared_ptr<const Snapshot> snapshot_;
    Knobs knobs_;
    std::optional<BaselineFigures> baseline_;
    Series series_;
    FigureScope wanted_ = FigureScope::Setting;
    double scale_ = 1, sessionStart_ = 0;
    std::optional<double> sparkedAt_; ///< run time at which the sparklines were last drawn
};

} // namespace penstock::ui
