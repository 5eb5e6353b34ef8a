#pragma once

#include "engine/base/run_document.h"

#include <QAbstractTableModel>

#include <functional>
#include <string>
#include <vector>

namespace penstock::ui {

/// Earlier runs, newest first. Name and note can be edited; what was typed is asked for by labelEdited() and shown when
/// the owner says that it was written (applyLabel()).
class RunListModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column {
        Name,
        Started,
        Target,
        Workload,
        CostPerSuccess,
        Successes,
        SuccessRate,
        Cap,
        State,
        Note,
        ColumnCount
    };
    static constexpr std::size_t maxNameBytes = 200, maxNoteBytes = 2000;

    using QAbstractTableModel::QAbstractTableModel;

    /// Rows of runs that are still there stay selected: the list changes in place.
    void setRuns(std::vector<RunListing> runs);
    const RunListing* at(int row) const;
    void applyLabel(const std::string& path, const RunLabel& label);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

Q_SIGNALS:
    void labelEdited(const std::string& path, const RunLabel& label);

private:
    QString text(const RunListing& run, int column) const;
    void reorder(const std::function<std::size_t(const RunListing&)>& place);

    std::vector<RunListing> runs_;
};

} // namespace penstock::ui
