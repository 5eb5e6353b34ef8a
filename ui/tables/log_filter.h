#pragma once

#include "ui/tables/log_entry.h"

#include <QSortFilterProxyModel>

namespace penstock::ui {

/// The lines of a LogModel of at least a level that hold a text.
class LogFilter final : public QSortFilterProxyModel {
    Q_OBJECT

public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    void setLeastLevel(LogLevel level);
    void setSearch(const QString& text);
    const QString& search() const { return search_; }

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    LogLevel least_ = LogLevel::Debug;
    QString search_;
};

} // namespace penstock::ui
