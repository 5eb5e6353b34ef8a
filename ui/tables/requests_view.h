#pragma once

#include "engine/base/clock.h"
#include "engine/base/snapshot.h"
#include "ui/tables/request_pages.h"

#include <QPersistentModelIndex>
#include <QWidget>

#include <optional>
#include <vector>

class QSplitter;

namespace penstock::ui {

class RequestDetailPane;
class RequestFilterBar;
class RequestModel;
class TableView;
class WaterfallDelegate;

/// The tab *Requests*: filter, table with waterfall, detail.
///
/// The owner gives it pages, snapshots and details:
///   - setSnapshot() with each snapshot; refresh() when a file was opened and when a run ended; clear() for another
///   file.
///   - detailWanted(id): ask RunArchive::detail() and hand the answer to setDetail() or setDetailProblem().
///   - watchWanted(id): hand it to Engine::watch().
class RequestsView final : public QWidget {
    Q_OBJECT

public:
    /// Both must outlive the view.
    RequestsView(RequestPages& pages, const Clock& clock, QWidget* parent = nullptr);

    void setSnapshot(const Snapshot& snapshot);
    /// Of a finished run; those of a live one come with its snapshots.
    void setSegments(const std::vector<SegmentFigures>& segments);
    /// The run as it stood then (the time slider); nullopt: as it is.
    void setEndedBefore(std::optional<double> seconds);
    void refresh();
    /// The run is over: what has no result in the file by now will get none.
    void runOver();
    void clear();
    void setDetail(const RequestDetail& detail);
    /// Why there is no detail of this request.
    void setDetailProblem(RequestId id, const QString& sentence);
    void focusFilter();

    QByteArray saveState() const;
    bool restoreState(const QByteArray& state);

    RequestModel& model() { return *model_; }
    TableView& table() { return *table_; }
    RequestDetailPane& detail() { return *detail_; }

Q_SIGNALS:
    void detailWanted(RequestId id);
    void watchWanted(std::optional<RequestId> id);

private:
    void chooseCurrent();
    void followChosen();
    void keepSelection();
    void restoreSelection();
    void fitWaterfall();
    void tellFigures();
    void applyFilter();

    RequestModel* model_;
    WaterfallDelegate* waterfall_;
    RequestFilterBar* filter_;
    TableView* table_;
    RequestDetailPane* detail_;
    QSplitter* splitter_;
    std::optional<RequestId> chosen_, asked_, watched_;
    std::optional<double> endedBefore_;
    /// While live rows become rows with a result.
    struct Kept {
        std::vector<RequestId> live; ///< selected ones
        QList<QPersistentModelIndex> stored;
        std::optional<RequestId> current;
    };
    std::optional<Kept> kept_;
};

} // namespace penstock::ui
