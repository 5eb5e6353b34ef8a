#include "ui/tables/segment_table.h"

#include <QAction>
#include <QHeaderView>

#include <array>

namespace penstock::ui {

SegmentTable::SegmentTable(QWidget* parent)
    : TableView(tr("Settings of the knobs"), parent)
    , model_(new SegmentModel(this)) {
    setModel(model_);
    setEmptyText(
        tr("No settings yet"),
        tr("Press Start, then turn a knob: each setting becomes a row here with what it did to the cost per success."));
    setSelectionMode(SingleSelection);
    const std::array<int, SegmentModel::ColumnCount> widths{34, 200, 50, 66,  86,  84,  94, 76,
                                                            66, 128, 66, 122, 190, 178, 92};
    for (int column = 0; column < SegmentModel::ColumnCount; ++column)
        setColumnWidth(column, widths[static_cast<std::size_t>(column)]);
    setYielding({SegmentModel::NewConnections, SegmentModel::Reuse, SegmentModel::Gap, SegmentModel::Retries,
                 SegmentModel::Duration},
                SegmentModel::Changed, 150);
    auto* action = new QAction(tr("Pin as baseline"), this);
    action->setShortcut(Qt::Key_P);
    action->setShortcutContext(Qt::WidgetShortcut);
    addAction(action);
    connect(action, &QAction::triggered, this, [this] { pin(currentIndex().row()); });
    connect(this, &QAbstractItemView::clicked, this, [this](const QModelIndex& index) {
        if (index.column() == SegmentModel::Baseline) pin(index.row());
    });
    connect(this, &TableView::opened, this, [this](const QModelIndex& index) { pin(index.row()); });
}

void SegmentTable::update(const std::vector<SegmentFigures>& segments, bool live) {
    model_->setLive(live);
    model_->update(segments);
}

void SegmentTable::pin(int row) {
    if (const auto* segment = model_->at(row)) Q_EMIT pinRequested(segment->number);
}

} // namespace penstock::ui
