#include "ui/tables/log_filter.h"

#include "ui/tables/log_model.h"

namespace penstock::ui {

void LogFilter::setLeastLevel(LogLevel level) {
    least_ = level;
    invalidateFilter();
}

void LogFilter::setSearch(const QString& text) {
    search_ = text;
    invalidateFilter();
}

bool LogFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
    const auto* model = sourceModel();
    const auto message = model->index(row, LogModel::Message, parent);
    if (message.data(LogModel::LevelRole).toInt() < static_cast<int>(least_)) return false;
    return search_.isEmpty() || message.data().toString().contains(search_, Qt::CaseInsensitive) ||
           model->index(row, LogModel::Topic, parent).data().toString().contains(search_, Qt::CaseInsensitive);
}

} // namespace penstock::ui
