#pragma once

#include "engine/base/span.h"

#include <QAbstractTableModel>

#include <vector>

namespace penstock::ui {

/// The attempts of one request, with their stamps: a row a span.
class AttemptModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column {
        Number,
        Ending,
        Status,
        QueuedAt,
        Queue,
        Connection,
        FirstToken,
        Stream,
        Post,
        InFlight,
        NewConnection,
        Tokens,
        Wasted,
        Cause,
        Message,
        ColumnCount
    };

    using QAbstractTableModel::QAbstractTableModel;
    void setAttempts(std::vector<Span> attempts);
    const std::vector<Span>& attempts() const { return attempts_; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    std::vector<Span> attempts_;
};

} // namespace penstock::ui
