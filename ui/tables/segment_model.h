#pragma once

#include "engine/base/segment_figures.h"

#include <QAbstractTableModel>

#include <optional>
#include <vector>

namespace penstock::ui {

/// The settings of a run: a row a segment, in the order of time.
class SegmentModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column {
        Number,
        Changed,
        Cap,
        Reuse,
        Duration,
        Successes,
        SuccessRate,
        FirstTokenP95,
        Gap,
        NewConnections,
        Retries,
        CostPerSuccess,
        Interval95,
        State,
        Baseline,
        ColumnCount
    };

    using QAbstractTableModel::QAbstractTableModel;

    /// In place: rows that are there change, new ones are added at the end.
    void update(std::vector<SegmentFigures> segments);
    /// Whether the last one is the present setting of a run that goes on.
    void setLive(bool live);
    void setPinned(std::optional<std::uint32_t> number);
    std::optional<std::uint32_t> pinned() const { return pinned_; }
    const SegmentFigures* at(int row) const;
    /// The one with the least cost per success, when two or more have a figure; -1: none.
    int cheapestRow() const { return cheapest_; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    QString text(const SegmentFigures& segment, int row, int column) const;
    QString toolTip(const SegmentFigures& segment, int row, int column) const;
    void tellAll(int firstColumn = 0);

    std::vector<SegmentFigures> segments_;
    std::optional<std::uint32_t> pinned_;
    bool live_ = false;
    int cheapest_ = -1;
    bool clear_ = false; ///< its interval overlaps with no other's
};

} // namespace penstock::ui
