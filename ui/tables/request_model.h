#pragma once

#include "engine/base/snapshot.h"
#include "ui/tables/live_tail.h"
#include "ui/tables/request_cells.h"
#include "ui/tables/request_pages.h"
#include "ui/tables/row_cache.h"

#include <QAbstractTableModel>

#include <memory>

namespace penstock::ui {

/// The requests of a run: those that have begun on top (newest first), below them those with a result, read in pages as
/// they come into view. Nothing in it costs more with a million rows than with a hundred, and nothing resets it but
/// another query.
///
/// Rows with a result are numbered from the oldest when they are ordered by their end, so that new ones move none of
/// those that are here. In any other order the list is the run as it stood when the order was asked for
/// (RequestQuery::endedBefore); `newer()` says how many have ended since.
class RequestModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    /// What a row is; all null while it is not loaded. The pointers hold until the model changes.
    struct Row {
        const RequestRow* result = nullptr;
        const ActiveRequest* active = nullptr;
        bool ended = false; ///< of an active one: its result is being written
    };

    /// `pages` must outlive the model.
    explicit RequestModel(RequestPages& pages, QObject* parent = nullptr);
    ~RequestModel() override;

    /// Which and in what order; offset and limit are the model's own. Resets the model.
    void setQuery(const RequestQuery& query);
    const RequestQuery& query() const { return query_; }
    /// Ten times a second while a run goes on: the live tail, and, twice a second, the new results.
    void setSnapshot(const Snapshot& snapshot);
    /// Another file, or none.
    void clear();
    /// Asks for the newest results: after a file was opened, and at a run's end.
    void refresh();
    /// The run is over: nothing is live any more. Rows of the tail stay, as ended, until the newest results have been read
    /// from the file once, then all go: what has no result by then has been cancelled.
    void runOver();
    /// Loads what is in view; called by the view.
    void setVisibleRows(int first, int last);

    Row rowAt(int row) const;
    std::optional<RequestId> idAt(int row) const;
    /// Of a loaded row or a live one, searching what is in view; -1: not there.
    int rowOf(RequestId id) const;
    std::uint64_t total() const { return total_; } ///< with a result, that the query matches
    std::uint64_t newer() const;
    int liveRows() const { return static_cast<int>(tail_.size()); }
    /// Of them those that have ended, whose result is being written: they hold no slot.
    int recordingRows() const;
    double now() const { return now_; }       ///< seconds of run time, of the last snapshot
    bool counted() const { return counted_; } ///< total() is known
    const std::string& problem() const { return problem_; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    void sort(int column, Qt::SortOrder order) override;

    static std::optional<RequestQuery::Order> orderOf(int column);
    static int columnOf(RequestQuery::Order order);

Q_SIGNALS:
    /// total(), newer(), the number of live rows or problem() changed.
    void figuresChanged();
    void queryChanged();
    /// Around the change in which live rows go and come back as rows with a result: a view keeps its selection by id.
    void aboutToSettle();
    void settled();

private:
    bool byEnd() const { return query_.order == RequestQuery::Order::Ended; }
    bool showsTail() const;
    std::uint64_t placeOf(int storedRow) const;
    int storedRowOf(std::uint64_t place) const;
    std::uint64_t storedRows() const;
    void pump();
    void ask(RequestQuery query, bool top);
    void take(const RequestQuery& asked, bool top, RequestPage page);
    void grow(std::uint64_t total);
    void restart(bool dropTail, const RequestQuery* query = nullptr);

    RequestPages& pages_;
    RequestQuery query_;
    RowCache cache_;
    LiveTail tail_;
    std::uint64_t total_ = 0;
    bool counted_ = false;
    bool topWanted_ = false;
    bool asking_ = false;
    std::uint64_t number_ = 0; ///< of the newest question; answers to others are dropped
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    int firstVisible_ = 0, lastVisible_ = 0;
    double now_ = 0, topAskedAt_ = -1;
    bool sawSnapshot_ = false;
    bool ending_ = false;    ///< the next newest results end the tail
    bool ownMoment_ = false; ///< endedBefore was chosen by sort(), not by the owner
    std::uint64_t ended_ = 0, endedAtTop_ = 0, endedAtQuery_ = 0;
    std::string problem_;
};

} // namespace penstock::ui
