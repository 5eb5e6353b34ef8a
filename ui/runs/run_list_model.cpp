#include "ui/runs/run_list_model.h"

#include "engine/base/utf8_cut.h"
#include "ui/format/figures.h"
#include "ui/tables/plain_text.h"
#include "ui/theme/theme.h"

#include <QDateTime>

#include <algorithm>
#include <unordered_map>

namespace penstock::ui {

namespace {

const QString dash = QStringLiteral("\u2013");

QString dateText(std::chrono::system_clock::time_point time) {
    const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
    return since == 0 ? dash : QDateTime::fromMSecsSinceEpoch(since).toString(QStringLiteral("yyyy-MM-dd HH:mm"));
}

} // namespace

/// Rows stay with their files: what is selected is a run, not a place in the list. So those that are gone are removed, those
/// that are there change places, and new ones are put in.
void RunListModel::setRuns(std::vector<RunListing> runs) {
    std::stable_sort(runs.begin(), runs.end(), [](const auto& a, const auto& b) { return a.startedAt > b.startedAt; });
    std::unordered_map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < runs.size(); ++i) places.emplace(runs[i].path, i);
    for (int row = rowCount() - 1; row >= 0; --row) {
        if (places.contains(runs_[static_cast<std::size_t>(row)].path)) continue;
        beginRemoveRows({}, row, row);
        runs_.erase(runs_.begin() + row);
        endRemoveRows();
    }
    const auto place = [&](const RunListing& run) { return places.at(run.path); };
    if (!std::is_sorted(runs_.begin(), runs_.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); })) reorder(place);
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const int row = static_cast<int>(i);
        if (i < runs_.size() && runs_[i].path == runs[i].path) {
            runs_[i] = std::move(runs[i]);
            continue;
        }
        beginInsertRows({}, row, row);
        runs_.insert(runs_.begin() + row, std::move(runs[i]));
        endInsertRows();
    }
    if (!runs_.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

/// By `place`, the same rows.
void RunListModel::reorder(const std::function<std::size_t(const RunListing&)>& place) {
    Q_EMIT layoutAboutToBeChanged();
    const auto persistent = persistentIndexList();
    std::vector<std::string> paths;
    for (const auto& each : persistent) paths.push_back(runs_[static_cast<std::size_t>(each.row())].path);
    std::sort(runs_.begin(), runs_.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
    QModelIndexList moved;
    for (qsizetype i = 0; i < persistent.size(); ++i) {
        const auto at = std::find_if(runs_.begin(), runs_.end(), [&](const auto& each) { return each.path == paths[static_cast<std::size_t>(i)]; });
        moved << index(static_cast<int>(at - runs_.begin()), persistent[i].column());
    }
    changePersistentIndexList(persistent, moved);
    Q_EMIT layoutChanged();
}

const RunListing* RunListModel::at(int row) const {
    return row >= 0 && row < rowCount() ? &runs_[static_cast<std::size_t>(row)] : nullptr;
}

void RunListModel::applyLabel(const std::string& path, const RunLabel& label) {
    for (std::size_t i = 0; i < runs_.size(); ++i) {
        if (runs_[i].path != path) continue;
        runs_[i].label = label;
        const int row = static_cast<int>(i);
        Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
    }
}

int RunListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(runs_.size());
}
int RunListModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RunListModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) return {};
    if (role == Qt::TextAlignmentRole) {
        const bool number = section >= CostPerSuccess && section <= Cap;
        return static_cast<int>((number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole) return {};
    switch (section) {
    case Name:
        return tr("Name");
    case Started:
        return tr("Started");
    case Target:
        return tr("Target");
    case Workload:
        return tr("Workload");
    case CostPerSuccess:
        return tr("Cost per success");
    case Successes:
        return tr("Successes");
    case SuccessRate:
        return tr("Success rate");
    case Cap:
        return tr("Cap");
    case State:
        return tr("State");
    case Note:
        return tr("Note");
    default:
        return {};
    }
}

QString RunListModel::text(const RunListing& run, int column) const {
    const bool broken = !run.problem.empty(); // its figures are empty, not 0
    switch (column) {
    case Name:
        if (!run.label.name.empty()) return plainLine(run.label.name, maxNameBytes);
        if (broken) return plainLine(run.path.substr(run.path.find_last_of('/') + 1), 200);
        return tr("Run of %1").arg(dateText(run.startedAt));
    case Started:
        return broken ? dash : dateText(run.startedAt);
    case Target:
        if (run.simulated) return tr("simulated");
        return run.targetUrl.empty() ? dash : plainLine(run.targetUrl, 300);
    case Workload:
        return run.workloadName.empty() ? dash : plainLine(run.workloadName, 300);
    case CostPerSuccess:
        return moneyText(run.costPerSuccess, run.currency);
    case Successes:
        return broken ? dash : countText(run.successes);
    case SuccessRate:
        return percentText(run.successRate);
    case Cap:
        return run.maxConcurrency > 0 ? countText(static_cast<std::uint64_t>(run.maxConcurrency)) : dash;
    case State:
        if (broken) return QStringLiteral("\u2715 ") + tr("cannot be read");
        return run.complete ? QStringLiteral("\u2713 ") + tr("complete")
                            : QStringLiteral("\u25d1 ") + tr("can be resumed");
    case Note:
        return plainLine(run.label.note, maxNoteBytes);
    default:
        return {};
    }
}

QVariant RunListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const auto& run = runs_[static_cast<std::size_t>(index.row())];
    const auto& theme = Theme::instance();
    switch (role) {
    case Qt::DisplayRole:
        return text(run, index.column());
    case Qt::EditRole:
        if (index.column() == Name) return QString::fromStdString(run.label.name);
        if (index.column() == Note) return QString::fromStdString(run.label.note);
        return text(run, index.column());
    case Qt::TextAlignmentRole:
        return headerData(index.column(), Qt::Horizontal, role);
    case Qt::AccessibleTextRole:
        return headerData(index.column(), Qt::Horizontal).toString() + QStringLiteral(": ") + text(run, index.column());
    case Qt::ToolTipRole:
        if (!run.problem.empty()) return toolTipOf(plainLine(run.problem, 500));
        if (index.column() == Name || index.column() == Started)
            return toolTipOf(
                QStringLiteral("%1\n%2").arg(plainLine(run.path, 1000), tr("run %1").arg(plainLine(run.runId, 80))));
        if (index.column() == CostPerSuccess)
            return toolTipOf(tr("%1 successes an hour%2")
                                 .arg(numberText(run.successesPerHour), run.simulated ? tr(", simulated") : QString()));
        if (index.column() == Successes && run.problem.empty())
            return toolTipOf(tr("of %1 requests").arg(countText(run.requests)));
        return toolTipOf(text(run, index.column()));
    case Qt::ForegroundRole:
        if (!run.problem.empty())
            return index.column() == State ? theme.color(ColorRole::Bad) : theme.color(ColorRole::TextMuted);
        if (index.column() == Target && run.simulated) return theme.color(ColorRole::Warn);
        if (index.column() == State && !run.complete) return theme.color(ColorRole::Warn);
        if (index.column() == Started || index.column() == Note || index.column() == State)
            return theme.color(ColorRole::TextMuted);
        return {};
    default:
        return {};
    }
}

Qt::ItemFlags RunListModel::flags(const QModelIndex& index) const {
    auto flags = QAbstractTableModel::flags(index);
    const auto* run = at(index.row());
    if (run && run->problem.empty() && (index.column() == Name || index.column() == Note)) flags |= Qt::ItemIsEditable;
    return flags;
}

bool RunListModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    const auto* run = at(index.row());
    if (role != Qt::EditRole || !run || !(flags(index) & Qt::ItemIsEditable)) return false;
    RunLabel label = run->label;
    auto& text = index.column() == Name ? label.name : label.note;
    const auto typed = value.toString().trimmed().toStdString();
    const std::string bounded(utf8Head(typed, index.column() == Name ? maxNameBytes : maxNoteBytes));
    if (bounded == text) return true;
    text = bounded;
    // By value: whoever hears of it may change the list.
    const std::string path = run->path;
    Q_EMIT labelEdited(path, label);
    return true;
}

} // namespace penstock::ui
