#pragma once

#include "engine/base/run_document.h"

#include <QAbstractTableModel>

#include <vector>

namespace penstock::ui {

/// The result record as a table: a row a metric, baseline against controlled.
class RecordModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Metric, Unit, Baseline, Controlled, Ratio, Interval95, Meaning, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;
    void setRecord(ResultRecord record);
    const ResultRecord& record() const { return record_; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    /// What the hour cost and yielded comes first here; the file has the record's own order.
    void order();

    ResultRecord record_;
    std::vector<std::size_t> order_; ///< of the record's rows, as they are shown
};

QString recordAsMarkdown(const ResultRecord& record);

/// The verdict's symbol and words: `✓ improved`.
QString verdictWords(ResultRecord::Verdict verdict);

} // namespace penstock::ui
