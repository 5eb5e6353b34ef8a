#include "ui/tables/attempt_model.h"

#include "ui/format/figures.h"
#include "ui/tables/outcome_words.h"
#include "ui/tables/plain_text.h"
#include "ui/tables/request_cells.h"

namespace penstock::ui {

namespace {

QString seconds(const std::optional<Nanos>& length) {
    return secondsCell(length ? std::optional(toSeconds(*length)) : std::nullopt);
}

} // namespace

void AttemptModel::setAttempts(std::vector<Span> attempts) {
    beginResetModel();
    attempts_ = std::move(attempts);
    endResetModel();
}

int AttemptModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(attempts_.size());
}

int AttemptModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant AttemptModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) return {};
    if (role == Qt::TextAlignmentRole) {
        const bool words = section == Ending || section == Cause || section == Message || section == NewConnection;
        return static_cast<int>((words ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole) return {};
    switch (section) {
    case Number:
        return tr("#");
    case Ending:
        return tr("Ending");
    case Status:
        return tr("Status");
    case QueuedAt:
        return tr("Queued at s");
    case Queue:
        return tr("Queue s");
    case Connection:
        return tr("Connection s");
    case FirstToken:
        return tr("TTFT s");
    case Stream:
        return tr("Stream s");
    case Post:
        return tr("Post s");
    case InFlight:
        return tr("In flight s");
    case NewConnection:
        return tr("Connection");
    case Tokens:
        return tr("Tokens");
    case Wasted:
        return tr("Wasted tokens");
    case Cause:
        return tr("Retried for");
    case Message:
        return tr("Message");
    default:
        return {};
    }
}

QVariant AttemptModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    if (role == Qt::TextAlignmentRole) return headerData(index.column(), Qt::Horizontal, role);
    const auto& span = attempts_[static_cast<std::size_t>(index.row())];
    const QString dash = QStringLiteral("\u2013");
    if (role == Qt::ForegroundRole && index.column() == Ending && !span.outcome.success())
        return Theme::instance().color(outcomeColor(span.outcome.kind));
    if (role == Qt::AccessibleTextRole)
        return headerData(index.column(), Qt::Horizontal).toString() + QStringLiteral(": ") + index.data().toString();
    if (role == Qt::ToolTipRole && index.column() == Message) return toolTipOf(plainLine(span.outcome.message));
    if (role != Qt::DisplayRole) return {};
    switch (index.column()) {
    case Number:
        return QString::number(span.attempt);
    case Ending:
        return outcomeSymbol(span.outcome.kind) + QLatin1Char(' ') + outcomeWords(span.outcome.kind);
    case Status:
        return span.outcome.status > 0 ? QString::number(span.outcome.status) : dash;
    case QueuedAt:
        return secondsCell(span.stamps.queued ? std::optional(toSeconds(span.stamps.queued->time_since_epoch()))
                                              : std::nullopt);
    case Queue:
        return seconds(span.tQueue());
    // 0 says that an open connection was used again, which only an attempt that was sent can say.
    case Connection:
        return seconds(span.stamps.sent ? std::optional(span.connect) : std::nullopt);
    case FirstToken:
        return seconds(span.tFirstToken());
    case Stream:
        return seconds(span.tStream());
    case Post:
        return seconds(span.tPost());
    case InFlight:
        return seconds(span.tInFlight());
    case NewConnection:
        return !span.stamps.sent ? dash : span.connectionNew ? tr("new") : tr("reused");
    case Tokens:
        if (!span.usage.output || span.usage.kind == UsageKind::Unknown) return dash;
        return (span.usage.kind == UsageKind::Estimated ? QStringLiteral("~") : QString()) +
               countText(static_cast<std::uint64_t>(std::max<std::int64_t>(0, *span.usage.output)));
    case Wasted:
        return countText(static_cast<std::uint64_t>(std::max<std::int64_t>(0, span.wastedTokens)));
    case Cause:
        return span.retryCause.empty() ? dash : plainLine(span.retryCause, 60);
    case Message:
        return plainLine(span.outcome.message, 300);
    default:
        return {};
    }
}

} // namespace penstock::ui
