#include "ui/tables/request_model.h"

#include "ui/tables/outcome_words.h"
#include "ui/tables/plain_text.h"

#include <limits>
#include <utility>

namespace penstock::ui {

namespace {

constexpr std::uint64_t pageRows = RowCache::pageRows;
constexpr double topEverySeconds = 0.5;

std::uint64_t endedOf(const Snapshot& snapshot) {
    return snapshot.successes + snapshot.failures + snapshot.cancelled + snapshot.shed;
}

} // namespace

RequestModel::RequestModel(RequestPages& pages, QObject* parent)
    : QAbstractTableModel(parent)
    , pages_(pages)
    , tail_({[this](int first, int last) { beginInsertRows({}, first, last); },
             [this](int first, int last) { beginRemoveRows({}, first, last); }, [this] { endInsertRows(); },
             [this] { endRemoveRows(); }}) {}

RequestModel::~RequestModel() {
    *alive_ = false;
}

std::optional<RequestQuery::Order> RequestModel::orderOf(int column) {
    using Order = RequestQuery::Order;
    switch (static_cast<RequestColumn>(column)) {
    case RequestColumn::Request:
        return Order::CustomId;
    case RequestColumn::Outcome:
        return Order::Outcome;
    case RequestColumn::FirstToken:
        return Order::FirstToken;
    case RequestColumn::InFlight:
        return Order::InFlight;
    case RequestColumn::Tokens:
        return Order::Tokens;
    case RequestColumn::Attempts:
        return Order::Attempts;
    case RequestColumn::Waterfall:
        return Order::Ended;
    case RequestColumn::Prompt:
    case RequestColumn::Status:
        return std::nullopt;
    }
    return std::nullopt;
}

int RequestModel::columnOf(RequestQuery::Order order) {
    for (int column = 0; column < requestColumns; ++column)
        if (orderOf(column) == order) return column;
    return -1;
}

bool RequestModel::showsTail() const {
    return byEnd() && query_.descending && query_.text.empty() && query_.which == RequestQuery::Which::All &&
           !query_.segment && !query_.endedBefore;
}

std::uint64_t RequestModel::newer() const {
    return !byEnd() && ended_ > endedAtQuery_ ? ended_ - endedAtQuery_ : 0;
}

std::uint64_t RequestModel::storedRows() const {
    const auto most = static_cast<std::uint64_t>(std::numeric_limits<int>::max() / 2);
    return std::min(total_, most);
}

std::uint64_t RequestModel::placeOf(int storedRow) const {
    const auto row = static_cast<std::uint64_t>(storedRow);
    return byEnd() && query_.descending ? total_ - 1 - row : row;
}

int RequestModel::storedRowOf(std::uint64_t place) const {
    return static_cast<int>(byEnd() && query_.descending ? total_ - 1 - place : place);
}

/// What a view asks of the rows before the reset is answered from the list as it was: everything changes inside.
void RequestModel::restart(bool dropTail, const RequestQuery* query) {
    beginResetModel();
    if (query) {
        query_ = *query;
        query_.offset = 0;
        query_.limit = static_cast<std::uint32_t>(pageRows);
    }
    if (dropTail || !showsTail()) tail_.forget();
    cache_.clear();
    total_ = 0;
    counted_ = false;
    problem_.clear();
    ++number_; // answers under way are for another list
    asking_ = false;
    endResetModel();
}

void RequestModel::setQuery(const RequestQuery& query) {
    if (query.endedBefore != query_.endedBefore) ownMoment_ = false;
    // The tail is no part of the list that begins now, unless the query shows it.
    restart(false, &query);
    endedAtQuery_ = ended_;
    firstVisible_ = lastVisible_ = 0;
    topWanted_ = true;
    Q_EMIT queryChanged();
    Q_EMIT figuresChanged();
    pump();
}

void RequestModel::clear() {
    ending_ = false;
    restart(true);
    now_ = 0;
    topAskedAt_ = -1;
    ended_ = endedAtTop_ = endedAtQuery_ = 0;
    sawSnapshot_ = false;
    topWanted_ = false;
    Q_EMIT figuresChanged();
}

void RequestModel::refresh() {
    topWanted_ = true;
    pump();
}

void RequestModel::runOver() {
    tail_.update({});
    ending_ = true;
    if (liveRows() > 0) Q_EMIT dataChanged(index(0, 0), index(liveRows() - 1, requestColumns - 1));
    Q_EMIT figuresChanged();
    // A question under way was asked before the end: its answer must not be taken for the last word.
    ++number_;
    asking_ = false;
    refresh();
}

void RequestModel::setSnapshot(const Snapshot& snapshot) {
    ending_ = false;
    now_ = snapshot.elapsedSeconds;
    sawSnapshot_ = true;
    const auto endedBefore = ended_;
    ended_ = endedOf(snapshot);
    const int liveBefore = liveRows(), recordingBefore = recordingRows();
    if (showsTail()) {
        static const std::vector<ActiveRequest> none;
        tail_.update(snapshot.active ? *snapshot.active : none);
        if (liveRows() > 0) Q_EMIT dataChanged(index(0, 0), index(liveRows() - 1, requestColumns - 1));
    }
    if (byEnd() && !query_.endedBefore && (ended_ != endedAtTop_ || tail_.waiting()) &&
        (topAskedAt_ < 0 || now_ < topAskedAt_ || now_ - topAskedAt_ >= topEverySeconds ||
         snapshot.state == RunState::Finished))
        topWanted_ = true;
    if (ended_ != endedBefore || liveRows() != liveBefore || recordingRows() != recordingBefore) Q_EMIT figuresChanged();
    pump();
}

void RequestModel::setVisibleRows(int first, int last) {
    firstVisible_ = first;
    lastVisible_ = last;
    pump();
}

/// One question at a time: the archive may drop a question for a later one. What is most wanted goes first.
void RequestModel::pump() {
    if (asking_) return;
    if (topWanted_) {
        topWanted_ = false;
        topAskedAt_ = now_;
        endedAtTop_ = ended_;
        RequestQuery query = query_;
        query.offset = 0;
        query.limit = static_cast<std::uint32_t>(pageRows);
        return ask(query, true);
    }
    if (!counted_ || total_ == 0 || lastVisible_ < 0) return;
    const auto rows = static_cast<std::int64_t>(storedRows());
    const auto inRange = [&](std::int64_t row) { return static_cast<int>(std::clamp<std::int64_t>(row, 0, rows - 1)); };
    // In view first, then a screen's worth around it.
    const int first = firstVisible_ - liveRows(), last = lastVisible_ - liveRows();
    for (const int row : {inRange(first), inRange(last), inRange(last + 50), inRange(first - 50)}) {
        const auto page = placeOf(row) / pageRows;
        if (cache_.complete(page, total_)) continue;
        RequestQuery query = query_;
        const auto from = page * pageRows, to = std::min(from + pageRows, total_);
        // By end, from whichever side is nearer: what is skipped costs time.
        if (byEnd()) query.descending = from > total_ / 2;
        query.offset = byEnd() && query.descending ? total_ - to : from;
        query.limit = static_cast<std::uint32_t>(to - from);
        return ask(query, false);
    }
}

void RequestModel::ask(RequestQuery query, bool top) {
    asking_ = true;
    const auto number = ++number_;
    pages_.fetch(query, [this, alive = alive_, number, query, top](Result<RequestPage> answer) {
        if (!*alive || number != number_) return;
        asking_ = false;
        if (answer) {
            // Fewer rows than there ought to be are not asked for again before something changes.
            const bool barren = !top && answer->rows.size() < query.limit && answer->total == total_;
            take(query, top, std::move(answer.value()));
            if (!barren) pump();
        } else {
            problem_ = answer.error().message;
            if (std::exchange(ending_, false)) tail_.clear(); // nothing will ever say more of these
            Q_EMIT figuresChanged();
        }
    });
}

void RequestModel::take(const RequestQuery& asked, bool top, RequestPage page) {
    problem_.clear();
    const bool settles = top && showsTail() && liveRows() > 0;
    if (settles) Q_EMIT aboutToSettle();
    if (top && showsTail()) {
        std::unordered_set<RequestId> results;
        for (const auto& row : page.rows)
            results.insert(row.id);
        tail_.settle(results);
    }
    if (top && std::exchange(ending_, false)) tail_.clear();
    if (!byEnd() && (!counted_ || page.total != total_)) cache_.markStale();
    const bool fromNewest = byEnd() && asked.descending;
    const auto count = page.rows.size();
    for (std::size_t i = 0; i < count; ++i) {
        const auto nth = page.offset + i;
        if (nth >= page.total) break;
        cache_.put(fromNewest ? page.total - 1 - nth : nth, std::move(page.rows[i]));
    }
    grow(page.total);
    if (count > 0 && page.offset < total_) {
        const auto firstPlace =
            fromNewest ? total_ - std::min<std::uint64_t>(total_, page.offset + count) : page.offset;
        const auto lastPlace = fromNewest ? total_ - 1 - page.offset : std::min(total_, page.offset + count) - 1;
        const auto [low, high] = std::minmax({storedRowOf(firstPlace), storedRowOf(lastPlace)});
        if (low >= 0 && high < static_cast<int>(storedRows()))
            Q_EMIT dataChanged(index(liveRows() + low, 0), index(liveRows() + high, requestColumns - 1));
    }
    if (settles) Q_EMIT settled();
    Q_EMIT figuresChanged();
}

/// New results come in where the order puts them: on top, newest first, or at the end.
void RequestModel::grow(std::uint64_t total) {
    const auto before = storedRows();
    counted_ = true;
    if (total < total_) { // another list than before: a file that was replaced
        beginResetModel();
        if (byEnd()) cache_.markStale();
        total_ = total;
        endResetModel();
        return;
    }
    const auto most = static_cast<std::uint64_t>(std::numeric_limits<int>::max() / 2);
    const auto added = static_cast<int>(std::min(total, most) - before);
    if (added <= 0) {
        total_ = total;
        return;
    }
    const int at = liveRows() + (byEnd() && query_.descending ? 0 : static_cast<int>(before));
    beginInsertRows({}, at, at + added - 1);
    total_ = total;
    endInsertRows();
}

RequestModel::Row RequestModel::rowAt(int row) const {
    if (row < 0) return {};
    if (row < liveRows()) {
        const auto& live = tail_[static_cast<std::size_t>(row)];
        return {nullptr, &live.request, live.ended};
    }
    const int stored = row - liveRows();
    if (static_cast<std::uint64_t>(stored) >= storedRows()) return {};
    return {cache_.find(placeOf(stored)), nullptr, false};
}

int RequestModel::recordingRows() const {
    int count = 0;
    for (std::size_t i = 0; i < tail_.size(); ++i) count += tail_[i].ended;
    return count;
}

std::optional<RequestId> RequestModel::idAt(int row) const {
    const auto what = rowAt(row);
    if (what.result) return what.result->id;
    if (what.active) return what.active->id;
    return std::nullopt;
}

int RequestModel::rowOf(RequestId id) const {
    for (int row = 0; row < liveRows(); ++row)
        if (idAt(row) == id) return row;
    const int around = 200;
    for (int row = std::max(liveRows(), firstVisible_ - around); row < std::min(rowCount(), lastVisible_ + around);
         ++row)
        if (idAt(row) == id) return row;
    return -1;
}

int RequestModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : liveRows() + static_cast<int>(storedRows());
}

int RequestModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : requestColumns;
}

QVariant RequestModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= requestColumns) return {};
    const auto column = static_cast<RequestColumn>(section);
    switch (role) {
    case Qt::DisplayRole:
        return requestHeading(column);
    case Qt::ToolTipRole:
        return toolTipOf(requestDefinition(column));
    case Qt::TextAlignmentRole: {
        const bool figure = column >= RequestColumn::Status && column <= RequestColumn::Attempts;
        return static_cast<int>((figure ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    default:
        return {};
    }
}

void RequestModel::sort(int column, Qt::SortOrder order) {
    const auto wanted = orderOf(column);
    const bool descending = order == Qt::DescendingOrder;
    if (!wanted || (*wanted == query_.order && descending == query_.descending)) return;
    RequestQuery query = query_;
    // The moment that this model chose itself goes with the order it was chosen for.
    if (ownMoment_) query.endedBefore.reset();
    query.order = *wanted;
    query.descending = descending;
    const bool own = *wanted != RequestQuery::Order::Ended && sawSnapshot_ && !query.endedBefore;
    if (own) query.endedBefore = now_;
    setQuery(query);
    ownMoment_ = own;
}

QVariant RequestModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const auto column = static_cast<RequestColumn>(index.column());
    if (role == Qt::TextAlignmentRole) return headerData(index.column(), Qt::Horizontal, role);
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole && role != Qt::ForegroundRole &&
        role != Qt::AccessibleTextRole)
        return {};
    const auto row = rowAt(index.row());
    const auto text = [&] {
        if (row.result) return requestCell(*row.result, column);
        if (row.active) return requestCell(*row.active, row.ended, column, now_);
        return column == RequestColumn::Request ? tr("loading\u2026") : QString();
    };
    const auto parts = [&] {
        if (row.result) return waterfallWords(*row.result);
        return row.active ? waterfallWords(*row.active, now_) : QString();
    };
    switch (role) {
    case Qt::DisplayRole:
        return text();
    case Qt::AccessibleTextRole:
        return requestHeading(column) + QStringLiteral(": ") + (column == RequestColumn::Waterfall ? parts() : text());
    case Qt::ToolTipRole:
        if (column == RequestColumn::Waterfall) return toolTipOf(parts());
        if (column == RequestColumn::Outcome && row.result && !row.result->attempts.empty() &&
            !row.result->attempts.back().message.empty())
            return toolTipOf(plainLine(row.result->attempts.back().message));
        return column <= RequestColumn::Outcome ? toolTipOf(text()) : QString();
    case Qt::ForegroundRole: {
        const auto& theme = Theme::instance();
        if (!row.result && !row.active) return theme.color(ColorRole::TextMuted);
        if (column == RequestColumn::Prompt) return theme.color(ColorRole::TextMuted);
        if (column == RequestColumn::Outcome)
            return theme.color(row.result
                                   ? (row.result->outcome == OutcomeKind::Success ? ColorRole::Text
                                                                                  : outcomeColor(row.result->outcome))
                                   : ColorRole::TextMuted);
        return {};
    }
    default:
        return {};
    }
}

} // namespace penstock::ui
