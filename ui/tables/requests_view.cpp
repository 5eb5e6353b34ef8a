#include "ui/tables/requests_view.h"

#include "ui/format/figures.h"
#include "ui/tables/figure_delegate.h"
#include "ui/tables/plain_text.h"
#include "ui/tables/request_detail_pane.h"
#include "ui/tables/request_filter_bar.h"
#include "ui/tables/request_model.h"
#include "ui/tables/requests_header.h"
#include "ui/tables/table_view.h"
#include "ui/tables/waterfall_delegate.h"

#include <QAction>
#include <QDataStream>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QSplitter>
#include <QVBoxLayout>

#include <array>

namespace penstock::ui {

namespace {

constexpr int waterfallColumn = static_cast<int>(RequestColumn::Waterfall);
constexpr quint32 stateVersion = 1;

} // namespace

RequestsView::RequestsView(RequestPages& pages, const Clock& clock, QWidget* parent)
    : QWidget(parent)
    , model_(new RequestModel(pages, this))
    , waterfall_(new WaterfallDelegate(
          [this](int row, std::vector<WaterfallPiece>& out) {
              const auto what = model_->rowAt(row);
              if (what.result) return waterfallPieces(what.result->attempts, out);
              if (what.active) return waterfallPieces(*what.active, model_->now(), out);
              out.clear();
              return 0.0;
          },
          this))
    , filter_(new RequestFilterBar(clock, this))
    , table_(new TableView(tr("Requests"), this))
    , detail_(new RequestDetailPane(this))
    , splitter_(new QSplitter(Qt::Horizontal, this)) {
    table_->setHorizontalHeader(new RequestsHeader(*waterfall_, waterfallColumn, table_));
    table_->dressHeader();
    table_->setModel(model_);
    table_->setItemDelegateForColumn(waterfallColumn, waterfall_);
    auto* ids = new FigureDelegate(table_);
    ids->setElideMode(Qt::ElideMiddle); // ids differ at their ends
    table_->setItemDelegateForColumn(static_cast<int>(RequestColumn::Request), ids);
    const std::array<int, requestColumns> widths{116, 168, 156, 62, 66, 84, 68, 78, 300};
    for (int column = 0; column < requestColumns; ++column)
        table_->setColumnWidth(column, widths[static_cast<std::size_t>(column)]);
    const auto col = [](RequestColumn column) { return static_cast<int>(column); };
    table_->setYielding({col(RequestColumn::Attempts), col(RequestColumn::Status), col(RequestColumn::InFlight),
                         col(RequestColumn::Prompt), col(RequestColumn::Tokens)},
                        waterfallColumn, 290);
    // Sorting is the model's; the arrow goes back when a column has no order.
    auto* header = table_->horizontalHeader();
    header->setSortIndicatorShown(true);
    const auto showOrder = [this, header] {
        const QSignalBlocker block(header);
        header->setSortIndicator(RequestModel::columnOf(model_->query().order),
                                 model_->query().descending ? Qt::DescendingOrder : Qt::AscendingOrder);
    };
    showOrder();
    connect(header, &QHeaderView::sortIndicatorChanged, this, [this, showOrder](int column, Qt::SortOrder order) {
        const auto wanted = RequestModel::orderOf(column);
        // Figures are asked for largest first, endings of all kinds and ids from the beginning.
        const bool first = wanted && *wanted != model_->query().order;
        const bool words = column <= static_cast<int>(RequestColumn::Outcome);
        model_->sort(column, first ? (words ? Qt::AscendingOrder : Qt::DescendingOrder) : order);
        showOrder();
    });
    connect(model_, &RequestModel::queryChanged, this, [this, showOrder] {
        showOrder();
        tellFigures();
    });

    auto* left = new QWidget(this);
    auto* column = new QVBoxLayout(left);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(filter_);
    column->addWidget(table_, 1);
    splitter_->addWidget(left);
    splitter_->addWidget(detail_);
    splitter_->setStretchFactor(0, 7);
    splitter_->setStretchFactor(1, 3);
    splitter_->setSizes({730, 270});
    splitter_->setHandleWidth(1);
    splitter_->setChildrenCollapsible(true);
    splitter_->setCollapsible(0, false);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(splitter_);

    connect(filter_, &RequestFilterBar::changed, this, [this] { applyFilter(); });
    connect(filter_, &RequestFilterBar::newestWanted, this, [this] {
        model_->sort(waterfallColumn, Qt::DescendingOrder);
        table_->scrollToTop();
    });
    connect(filter_, &RequestFilterBar::queueShownChanged, this, [this](bool shown) {
        waterfall_->setQueueShown(shown);
        fitWaterfall();
        table_->viewport()->update();
    });
    connect(table_, &TableView::visibleRowsChanged, this, [this](int first, int last) {
        model_->setVisibleRows(first, last);
        fitWaterfall();
    });
    connect(model_, &QAbstractItemModel::dataChanged, this, [this] { fitWaterfall(); });
    connect(model_, &RequestModel::figuresChanged, this, [this] { tellFigures(); });
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] {
        if (!kept_) chooseCurrent();
    });
    connect(model_, &RequestModel::aboutToSettle, this, [this] { keepSelection(); });
    connect(model_, &RequestModel::settled, this, [this] { restoreSelection(); });
    connect(table_, &TableView::opened, this, [this] {
        chooseCurrent();
        if (splitter_->sizes().value(1) == 0) splitter_->setSizes({width() * 7 / 10, width() * 3 / 10});
        detail_->setFocus(Qt::OtherFocusReason);
    });
    detail_->setFocusPolicy(Qt::StrongFocus);
    setTabOrder(filter_, table_);
    setTabOrder(table_, detail_);
    tellFigures();
}

void RequestsView::setSnapshot(const Snapshot& snapshot) {
    if (snapshot.segments) filter_->setSegments(*snapshot.segments);
    model_->setSnapshot(snapshot);
    if (snapshot.watched) detail_->setWatched(*snapshot.watched);
    followChosen();
}

void RequestsView::setSegments(const std::vector<SegmentFigures>& segments) {
    filter_->setSegments(segments);
}

void RequestsView::setEndedBefore(std::optional<double> seconds) {
    if (seconds == endedBefore_) return;
    endedBefore_ = seconds;
    RequestQuery query = model_->query();
    query.endedBefore = seconds;
    model_->setQuery(query);
}

void RequestsView::applyFilter() {
    const auto query = filter_->applied(model_->query());
    if (query.text == model_->query().text && query.which == model_->query().which &&
        query.segment == model_->query().segment)
        return;
    model_->setQuery(query);
}

void RequestsView::refresh() {
    model_->refresh();
}

void RequestsView::runOver() {
    model_->runOver();
}

void RequestsView::clear() {
    endedBefore_.reset();
    chosen_.reset();
    asked_.reset();
    if (watched_) Q_EMIT watchWanted(std::nullopt);
    watched_.reset();
    detail_->clear();
    filter_->show({});
    filter_->setSegments({});
    model_->clear();
    if (model_->query().order != RequestQuery::Order::Ended || !model_->query().text.empty() ||
        model_->query().endedBefore || model_->query().segment || model_->query().which != RequestQuery::Which::All)
        model_->setQuery({});
}

void RequestsView::chooseCurrent() {
    const auto id = model_->idAt(table_->currentIndex().row());
    if (!id) return;
    if (id != chosen_) {
        chosen_ = id;
        asked_.reset();
    }
    followChosen();
}

/// A live row that gets its result is removed and inserted elsewhere: by itself the view would choose its neighbour.
void RequestsView::keepSelection() {
    const int live = model_->liveRows();
    const int current = table_->currentIndex().row();
    Kept kept;
    for (const auto& range : table_->selectionModel()->selection())
        for (int row = range.top(); row <= std::min(range.bottom(), live - 1); ++row)
            if (const auto id = model_->idAt(row)) kept.live.push_back(*id);
    if (kept.live.empty() && (current < 0 || current >= live)) return;
    // Beyond what a person selects by hand the rows are left to the view.
    const auto selected = table_->selectedRowNumbers();
    if (selected.size() > 1000) return;
    for (const int row : selected)
        if (row >= live) kept.stored << model_->index(row, 0);
    if (current >= 0) kept.current = model_->idAt(current);
    table_->setAutoScroll(false);
    kept_ = std::move(kept);
}

void RequestsView::restoreSelection() {
    if (!kept_) return;
    QItemSelection selection;
    const auto add = [&](int row) {
        if (row >= 0) selection.select(model_->index(row, 0), model_->index(row, requestColumns - 1));
    };
    for (const auto id : kept_->live)
        add(model_->rowOf(id));
    for (const auto& index : kept_->stored)
        if (index.isValid()) add(index.row());
    auto* chosen = table_->selectionModel();
    if (kept_->current)
        if (const int row = model_->rowOf(*kept_->current); row >= 0)
            chosen->setCurrentIndex(model_->index(row, std::max(0, table_->currentIndex().column())),
                                    QItemSelectionModel::NoUpdate);
    chosen->select(selection, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    table_->setAutoScroll(true);
    kept_.reset();
}

/// A chosen request that goes on is watched; when it has its result, that is asked for once.
void RequestsView::followChosen() {
    if (!chosen_) return;
    const int row = model_->rowOf(*chosen_);
    const auto what = model_->rowAt(row);
    if (what.active) {
        detail_->setActive(*what.active, what.ended, model_->now());
        if (watched_ != chosen_) {
            watched_ = chosen_;
            Q_EMIT watchWanted(chosen_);
        }
    } else if (asked_ != chosen_ && (what.result || (watched_ == chosen_ && row < 0))) {
        asked_ = chosen_;
        if (std::exchange(watched_, std::nullopt)) Q_EMIT watchWanted(std::nullopt);
        Q_EMIT detailWanted(*chosen_);
    }
}

void RequestsView::setDetail(const RequestDetail& detail) {
    if (chosen_ == detail.row.id) detail_->setDetail(detail);
}

void RequestsView::setDetailProblem(RequestId id, const QString& sentence) {
    if (chosen_ == id) detail_->clear(sentence);
}

void RequestsView::fitWaterfall() {
    const auto [first, last] = table_->visibleRows();
    if (!waterfall_->fit(first, last)) return;
    table_->horizontalHeader()->viewport()->update();
    table_->viewport()->update();
}

void RequestsView::tellFigures() {
    const auto& query = model_->query();
    const bool narrowed = !query.text.empty() || query.which != RequestQuery::Which::All || query.segment;
    QString words;
    if (model_->counted())
        words =
            narrowed ? tr("%1 match").arg(countText(model_->total())) : tr("%1 ended").arg(countText(model_->total()));
    const auto more = [&words](const QString& text) { words += (words.isEmpty() ? QString() : QStringLiteral(" \u00b7 ")) + text; };
    const int recording = model_->recordingRows();
    if (model_->liveRows() > recording) more(tr("%1 live").arg(model_->liveRows() - recording));
    if (recording > 0) more(tr("%1 being recorded").arg(recording));
    filter_->setCount(words);
    filter_->setReordered(query.order != RequestQuery::Order::Ended || !query.descending, model_->newer());
    if (!model_->problem().empty())
        table_->setEmptyText(tr("The requests cannot be read"), plainLine(model_->problem()));
    else if (narrowed && model_->counted())
        table_->setEmptyText(tr("No request matches"), tr("Change or clear the filter above to see the others."));
    else
        table_->setEmptyText(tr("No requests yet"), tr("Press Start: each request appears here while it goes on, with "
                                                       "its waterfall, and stays with its result."));
}

void RequestsView::focusFilter() {
    filter_->focusFilter();
}

QByteArray RequestsView::saveState() const {
    QByteArray state;
    QDataStream out(&state, QIODevice::WriteOnly);
    out << stateVersion << table_->saveState() << splitter_->saveState() << filter_->queueShown();
    return state;
}

bool RequestsView::restoreState(const QByteArray& state) {
    QDataStream in(state);
    quint32 version = 0;
    QByteArray table, splitter;
    bool queue = false;
    in >> version >> table >> splitter >> queue;
    if (in.status() != QDataStream::Ok || version != stateVersion) return false;
    filter_->setQueueShown(queue);
    auto* header = table_->horizontalHeader();
    bool restored = false;
    {
        const QSignalBlocker block(header); // the order is the query's, not the file's
        restored = table_->restoreState(table);
        header->setSortIndicator(RequestModel::columnOf(model_->query().order),
                                 model_->query().descending ? Qt::DescendingOrder : Qt::AscendingOrder);
    }
    table_->doItemsLayout();
    return splitter_->restoreState(splitter) && restored;
}

} // namespace penstock::ui
