#pragma once

#include "ui/charts/live_chart.h"

#include <QWidget>

#include <vector>

class QButtonGroup;
class QGridLayout;
class QLabel;
class QScrollArea;
class QScrollBar;
class QToolButton;

namespace penstock::ui {

/// The six charts on one time axis, with the bar that moves it. A double click enlarges a chart; Esc brings all back.
class ChartBoard final : public QWidget {
    Q_OBJECT

public:
    explicit ChartBoard(QWidget* parent = nullptr);

    void setHistory(const SnapshotHistory* history);
    void setMarkers(const std::vector<ChartMarker>& markers);
    void setBaseline(std::optional<double> costPerSuccess, const QString& name);
    void setSimulated(bool simulated);
    /// Another run: the view goes back to its newest moment.
    void historyReplaced();
    /// Ten times a second: draws what is new and can be seen.
    void refresh();
    void showAll();
    /// Three charts in larger type.
    void setPresentation(bool on);
    /// Each chart of the whole run as PNG and CSV in `folder`, which is made when missing; all of one moment: this one, or the run time `until`.
    void exportAll(const QString& folder, std::optional<double> until, DocumentWriter::Told told);
    void cancelExport() { writer_.cancel(); }

    TimeView& view() { return view_; }
    const std::vector<LiveChart*>& charts() const { return charts_; }
    LiveChart* enlarged() const { return enlarged_; }
    /// Of the grid that takes the least height: which one is shown follows from the size.
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void problem(const QString& sentence);
    /// A chart that a person saved is there.
    void saved(const QString& path);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QWidget* makeBar();
    void place();
    void enlarge(LiveChart* chart);
    void save(const Document& document);
    void showView();
    std::vector<LiveChart*> wanted() const;
    int columnsFor(std::size_t charts) const;

    TimeView view_;
    const SnapshotHistory* history_ = nullptr;
    std::vector<LiveChart*> charts_;
    LiveChart* enlarged_ = nullptr;
    bool presentation_ = false;
    std::vector<LiveChart*> placed_;
    int columns_ = 0;
    std::uint64_t drawn_ = 0; ///< the history's revision that was drawn
    bool settingBar_ = false;

    QGridLayout* grid_ = nullptr;
    QScrollArea* area_ = nullptr;
    QButtonGroup* ranges_ = nullptr;
    QToolButton *freeze_ = nullptr, *back_ = nullptr;
    QLabel* frozen_ = nullptr;
    QScrollBar* scroll_ = nullptr;
    DocumentWriter writer_; ///< last: what it tells reaches the members above
};

} // namespace penstock::ui
