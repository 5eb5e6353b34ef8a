#include "ui/tables/segment_model.h"

#include "ui/format/figures.h"
#include "ui/tables/plain_text.h"
#include "ui/theme/theme.h"

#include <QFont>

namespace penstock::ui {

namespace {

const QString dash = QStringLiteral("\u2013");

bool settling(const SegmentFigures& segment) {
    return segment.windowSeconds <= 0;
}

} // namespace

void SegmentModel::tellAll(int firstColumn) {
    if (!segments_.empty()) Q_EMIT dataChanged(index(0, firstColumn), index(rowCount() - 1, ColumnCount - 1));
}

void SegmentModel::update(std::vector<SegmentFigures> segments) {
    const auto before = segments_.size(), after = segments.size();
    const auto find = [&] {
        cheapest_ = -1;
        int known = 0;
        for (std::size_t i = 0; i < segments_.size(); ++i) {
            const auto& cost = segments_[i].costPerSuccess;
            if (!cost) continue;
            ++known;
            if (cheapest_ < 0 || *cost < *segments_[static_cast<std::size_t>(cheapest_)].costPerSuccess)
                cheapest_ = static_cast<int>(i);
        }
        if (known < 2) cheapest_ = -1;
        clear_ = cheapest_ >= 0;
        for (std::size_t i = 0; clear_ && i < segments_.size(); ++i) {
            if (static_cast<int>(i) == cheapest_ || !segments_[i].costPerSuccess) continue;
            const auto &best = segments_[static_cast<std::size_t>(cheapest_)].costInterval, &other = segments_[i].costInterval;
            clear_ = best && other && best->high < other->low;
        }
    };
    if (after < before) {
        beginResetModel();
        segments_ = std::move(segments);
        find();
        return endResetModel();
    }
    if (after > before) beginInsertRows({}, static_cast<int>(before), static_cast<int>(after) - 1);
    segments_ = std::move(segments);
    find();
    if (after > before) endInsertRows();
    tellAll();
}

void SegmentModel::setLive(bool live) {
    if (live == live_) return;
    live_ = live;
    tellAll();
}

void SegmentModel::setPinned(std::optional<std::uint32_t> number) {
    if (number == pinned_) return;
    pinned_ = number;
    tellAll(Baseline);
}

const SegmentFigures* SegmentModel::at(int row) const {
    return row >= 0 && row < rowCount() ? &segments_[static_cast<std::size_t>(row)] : nullptr;
}

int SegmentModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(segments_.size());
}
int SegmentModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant SegmentModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) return {};
    if (role == Qt::TextAlignmentRole) {
        const bool words = section == Changed || section >= State;
        return static_cast<int>((words ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    }
    struct Heading {
        QString name, definition;
    };
    const auto heading = [section]() -> Heading {
        switch (section) {
        case Number:
            return {tr("#"), tr("Settings in the order in which they were in force")};
        case Changed:
            return {tr("Changed"), tr("Which knobs were turned")};
        case Cap:
            return {tr("Cap"), tr("Hard limit on requests in flight")};
        case Reuse:
            return {tr("Reuse"), tr("Whether connections are used again")};
        case Duration:
            return {tr("Duration"), tr("The window that counts: from when the requests of the setting before were gone "
                                       "to the next turn of a knob")};
        case Successes:
            return {tr("Successes"), tr("Completed inside the window")};
        case SuccessRate:
            return {tr("Success rate"), tr("Successes of all requests that ended in the window")};
        case FirstTokenP95:
            return {tr("TTFT p95"), tr("Time to first token: 95 of 100 were faster")};
        case Gap:
            return {tr("Gap"), tr("Share of the window in which requests waited although the cap left room")};
        case NewConnections:
            return {tr("New conn / success"), tr("Connections opened for each success")};
        case Retries:
            return {tr("Retries"), tr("Attempts with a number above 1 that ended in the window")};
        case CostPerSuccess:
            return {tr("Cost per success"), tr("C_hour / R_success")};
        case Interval95:
            return {tr("95 % interval"), tr("Of the cost per success: bootstrap over blocks of time")};
        case State:
            return {tr("State"), tr("Which setting is in force now, and whether it still settles")};
        case Baseline:
            return {tr("Baseline"), tr("What the other figures are compared with")};
        default:
            return {};
        }
    }();
    if (role == Qt::DisplayRole) return heading.name;
    return role == Qt::ToolTipRole ? toolTipOf(heading.definition) : QVariant();
}

QString SegmentModel::text(const SegmentFigures& segment, int row, int column) const {
    const bool none = settling(segment); // nothing was counted: its zeros are no figures
    const auto& currency = segment.knobs.currency;
    switch (column) {
    case Number:
        return QString::number(segment.number);
    case Changed:
        return plainLine(segment.change, 300);
    case Cap:
        return countText(static_cast<std::uint64_t>(std::max(0, segment.knobs.maxConcurrency)));
    case Reuse:
        return segment.knobs.connectionReuse == ConnectionReuse::Pooled ? tr("pooled") : tr("never");
    case Duration:
        return none ? dash : durationText(segment.windowSeconds);
    case Successes:
        return none ? dash : countText(segment.successes);
    case SuccessRate:
        return percentText(segment.successRate);
    case FirstTokenP95:
        return durationText(segment.tFirstToken.p95);
    case Gap:
        return none ? dash : percentText(segment.gapFraction, 2);
    case NewConnections:
        return numberText(segment.newConnectionsPerSuccess, 3);
    case Retries:
        return none ? dash : countText(segment.retries);
    case CostPerSuccess:
        return (row == cheapest_ ? QStringLiteral("\u25bc ") : QString()) + moneyText(segment.costPerSuccess, currency);
    case Interval95:
        if (!segment.costInterval) return dash;
        return moneyText(segment.costInterval->low, currency) + QStringLiteral(" \u2013 ") +
               moneyText(segment.costInterval->high, currency);
    case State: {
        QStringList words;
        if (live_ && row == rowCount() - 1) words << tr("now");
        if (none) words << (live_ && row == rowCount() - 1 ? tr("settling") : tr("settling until it ended"));
        if (row == cheapest_) words << (clear_ ? tr("lowest cost") : tr("lowest so far"));
        return words.join(QStringLiteral(" \u00b7 "));
    }
    case Baseline:
        return segment.number == pinned_ ? QStringLiteral("\u2605 ") + tr("baseline")
                                         : QStringLiteral("\u2606 ") + tr("pin");
    default:
        return {};
    }
}

QString SegmentModel::toolTip(const SegmentFigures& segment, int row, int column) const {
    switch (column) {
    case Changed:
        return plainLine(segment.change, 2000);
    case Duration:
        return tr("In force from %1 to %2 of run time.\nSettling: %3, while streams of the setting before still ran; "
                  "not counted.\nCounted: %4.")
            .arg(clockText(segment.start), clockText(segment.end), durationText(segment.settlingSeconds),
                 durationText(segment.windowSeconds)) +
               (segment.pausedSeconds > 0 ? tr("\nPaused: %1; not counted.").arg(durationText(segment.pausedSeconds)) : QString());
    case Successes:
        return tr("%1 succeeded, %2 failed").arg(countText(segment.successes), countText(segment.failures));
    case FirstTokenP95:
        return tr("p50 %1, p95 %2, p99 %3 of %4 attempts")
            .arg(durationText(segment.tFirstToken.p50), durationText(segment.tFirstToken.p95),
                 durationText(segment.tFirstToken.p99), countText(segment.tFirstToken.count));
    case Gap:
        return tr("%1 of %2").arg(durationText(segment.gapSeconds), durationText(segment.windowSeconds));
    case Retries:
        return tr("%1 of %2 attempts").arg(countText(segment.retries), countText(segment.attempts));
    case CostPerSuccess: {
        QString words = tr("%1 an hour for %2 successes an hour")
                            .arg(moneyText(segment.knobs.costPerHour, segment.knobs.currency),
                                 numberText(segment.successesPerHour));
        if (row == cheapest_) words += QLatin1Char('\n') + tr("The lowest so far.");
        return words;
    }
    case Interval95:
        return segment.costInterval ? QString() : tr("Too little time or too few successes for an interval yet.");
    case State:
        return settling(segment)
                   ? tr("Requests of the setting before are still running: counting begins when they are gone.")
                   : QString();
    case Baseline:
        return segment.number == pinned_ ? tr("Figures are compared with this setting.")
                                         : tr("Pin this setting as the baseline (P)");
    default:
        return {};
    }
}

QVariant SegmentModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const int row = index.row(), column = index.column();
    const auto& segment = segments_[static_cast<std::size_t>(row)];
    const auto& theme = Theme::instance();
    const bool best = column == CostPerSuccess && row == cheapest_;
    switch (role) {
    case Qt::DisplayRole:
        return text(segment, row, column);
    case Qt::TextAlignmentRole:
        return headerData(column, Qt::Horizontal, role);
    case Qt::ToolTipRole:
        return toolTipOf(toolTip(segment, row, column));
    case Qt::AccessibleTextRole:
        return headerData(column, Qt::Horizontal).toString() + QStringLiteral(": ") + text(segment, row, column) +
               (best ? QStringLiteral(", ") + tr("the lowest") : QString());
    case Qt::ForegroundRole:
        if (best) return theme.color(ColorRole::Good);
        if (column == Baseline) return theme.color(segment.number == pinned_ ? ColorRole::Text : ColorRole::TextMuted);
        if (column == State) return theme.color(ColorRole::TextMuted);
        return {};
    case Qt::FontRole:
        return best ? QVariant(theme.font(FontRole::Strong)) : QVariant();
    default:
        return {};
    }
}

} // namespace penstock::ui
