#pragma once

#include <QAbstractItemModel>
#include <QStringList>

namespace penstock::ui {

/// A model as text: a line a row, cells apart by " | ". What a failed comparison prints is then what a person would
/// see.
inline QString dump(const QAbstractItemModel& model, QList<int> columns = {}) {
    if (columns.isEmpty())
        for (int column = 0; column < model.columnCount(); ++column)
            columns << column;
    QStringList lines;
    for (int row = 0; row < model.rowCount(); ++row) {
        QStringList cells;
        for (const int column : columns)
            cells << model.index(row, column).data().toString();
        lines << cells.join(QStringLiteral(" | "));
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace penstock::ui
