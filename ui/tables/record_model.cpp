#include "ui/tables/record_model.h"

#include "ui/format/figures.h"
#include "ui/tables/plain_text.h"
#include "ui/theme/theme.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace penstock::ui {

namespace {

QString figure(std::optional<double> value) {
    return numberText(value, 4);
}

QString markdownCell(QString text) {
    for (const char mark : {'\\', '|', '<', '*', '_', '`', '['})
        text.replace(QLatin1Char(mark), QStringLiteral("\\") + QLatin1Char(mark));
    return text.replace(QLatin1Char('\n'), QLatin1Char(' '));
}

QString line(const std::string& text) {
    return plainLine(text, 2000);
}

} // namespace

QString verdictWords(ResultRecord::Verdict verdict) {
    switch (verdict) {
    case ResultRecord::Verdict::None:
        return RecordModel::tr("no verdict");
    case ResultRecord::Verdict::TooFewSamples:
        return QStringLiteral("\u25cb ") + RecordModel::tr("too few samples to say");
    case ResultRecord::Verdict::Improved:
        return QStringLiteral("\u2713 ") + RecordModel::tr("improved");
    case ResultRecord::Verdict::SurfaceOnly:
        return QStringLiteral("\u2248 ") + RecordModel::tr("surface only");
    case ResultRecord::Verdict::Regressed:
        return QStringLiteral("\u2715 ") + RecordModel::tr("regressed");
    }
    return {};
}

QString recordAsMarkdown(const ResultRecord& record) {
    QString out = QStringLiteral("**%1**: %2%3\n\n")
                      .arg(verdictWords(record.verdict), markdownCell(line(record.verdictText)),
                           record.simulated ? QStringLiteral(" *") + RecordModel::tr("simulated") + QStringLiteral("*")
                                            : QString());
    out += QStringLiteral("| Metric | Unit | %1 | %2 | Ratio | 95 % interval | What it means |\n| --- | --- | ---: | "
                          "---: | ---: | ---: | --- |\n")
               .arg(markdownCell(line(record.baselineName)), markdownCell(line(record.controlledName)));
    for (const auto& row : record.rows) {
        const QString interval =
            row.interval ? figure(row.interval->low) + QStringLiteral(" \u2013 ") + figure(row.interval->high)
                         : QStringLiteral("\u2013");
        const QStringList cells{markdownCell(line(row.metric)),
                                markdownCell(line(row.unit)),
                                figure(row.baseline),
                                figure(row.controlled),
                                figure(row.ratio),
                                interval,
                                markdownCell(line(row.interpretation))};
        out += QStringLiteral("| ") + cells.join(QStringLiteral(" | ")) + QStringLiteral(" |\n");
    }
    return out;
}

void RecordModel::setRecord(ResultRecord record) {
    // A record of the same metrics, brought up to date, moves no row.
    const bool same = record.rows.size() == record_.rows.size();
    if (!same) beginResetModel();
    record_ = std::move(record);
    order();
    if (!same) return endResetModel();
    if (!record_.rows.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    Q_EMIT headerDataChanged(Qt::Horizontal, Baseline, Controlled);
}

void RecordModel::order() {
    const auto rank = [this](std::size_t row) {
        constexpr std::array first{"cost_per_success", "successes_per_hour", "success_rate", "t_first_token_p95"};
        return std::find(first.begin(), first.end(), record_.rows[row].metric) - first.begin();
    };
    order_.resize(record_.rows.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) { return rank(a) < rank(b); });
}

int RecordModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(record_.rows.size());
}
int RecordModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RecordModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) return {};
    if (role == Qt::TextAlignmentRole) {
        const bool number = section >= Baseline && section <= Interval95;
        return static_cast<int>((number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    if (role == Qt::ToolTipRole && (section == Baseline || section == Controlled))
        return toolTipOf(line(section == Baseline ? record_.baselineName : record_.controlledName));
    if (role != Qt::DisplayRole) return {};
    switch (section) {
    case Metric:
        return tr("Metric");
    case Unit:
        return tr("Unit");
    case Baseline:
        return tr("Baseline");
    case Controlled:
        return tr("Controlled");
    case Ratio:
        return tr("Ratio");
    case Interval95:
        return tr("95 % of the ratio");
    case Meaning:
        return tr("What it means");
    default:
        return {};
    }
}

QVariant RecordModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    if (role == Qt::TextAlignmentRole) return headerData(index.column(), Qt::Horizontal, role);
    const auto& row = record_.rows[order_[static_cast<std::size_t>(index.row())]];
    const auto text = [&]() -> QString {
        switch (index.column()) {
        case Metric:
            return line(row.metric);
        case Unit:
            return line(row.unit);
        case Baseline:
            return figure(row.baseline);
        case Controlled:
            return figure(row.controlled);
        case Ratio:
            return figure(row.ratio);
        case Interval95:
            return row.interval ? figure(row.interval->low) + QStringLiteral(" \u2013 ") + figure(row.interval->high)
                                : QStringLiteral("\u2013");
        case Meaning:
            return line(row.interpretation);
        default:
            return {};
        }
    };
    switch (role) {
    case Qt::DisplayRole:
        return text();
    case Qt::AccessibleTextRole:
        return headerData(index.column(), Qt::Horizontal).toString() + QStringLiteral(": ") + text();
    case Qt::ToolTipRole:
        return index.column() == Meaning || index.column() == Metric ? toolTipOf(text()) : QString();
    case Qt::ForegroundRole:
        return index.column() == Unit || index.column() == Meaning
                   ? QVariant(Theme::instance().color(ColorRole::TextMuted))
                   : QVariant();
    default:
        return {};
    }
}

} // namespace penstock::ui
