#include "ui/runs/runs_panel.h"

#include "ui/format/figures.h"
#include "ui/runs/run_list_model.h"
#include "ui/tables/table_view.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QLabel>
#include <QLineEdit>
#include <QSortFilterProxyModel>
#include <QToolButton>
#include <QVBoxLayout>

#include <array>

namespace penstock::ui {

RunsPanel::RunsPanel(QWidget* parent)
    : QWidget(parent)
    , model_(new RunListModel(this))
    , filter_(new QSortFilterProxyModel(this))
    , table_(new TableView(tr("Earlier runs"), this))
    , search_(new QLineEdit(this))
    , count_(new QLabel(this))
    , open_(new QToolButton(this))
    , reveal_(new QToolButton(this))
    , compare_(new QToolButton(this)) {
    filter_->setSourceModel(model_);
    filter_->setFilterKeyColumn(-1);
    filter_->setFilterCaseSensitivity(Qt::CaseInsensitive);
    table_->setModel(filter_);
    table_->setEditTriggers(QAbstractItemView::EditKeyPressed | QAbstractItemView::SelectedClicked);
    const std::array<int, RunListModel::ColumnCount> widths{210, 130, 150, 150, 120, 84, 96, 50, 130, 220};
    for (int column = 0; column < RunListModel::ColumnCount; ++column)
        table_->setColumnWidth(column, widths[static_cast<std::size_t>(column)]);

    table_->setYielding({RunListModel::SuccessRate, RunListModel::Workload, RunListModel::Cap, RunListModel::Started,
                         RunListModel::Successes},
                        RunListModel::Note, 160);
    search_->setPlaceholderText(tr("Search runs"));
    search_->setAccessibleName(tr("Search runs"));
    search_->setToolTip(tr("Shows runs whose name, note, target or workload holds this text"));
    search_->setClearButtonEnabled(true);
    search_->setMaximumWidth(280);
    count_->setProperty("muted", true);
    const auto dress = [](QToolButton* button, const QString& text, const QString& tip) {
        button->setText(text);
        button->setAccessibleName(text);
        button->setToolTip(tip);
    };
    dress(open_, tr("Open"), tr("Show this run exactly as it was (Enter)"));
    dress(reveal_, tr("Show in folder"), tr("Open the folder that holds the run file"));
    dress(compare_, tr("Compare"), tr("Choose two runs: the older one is the baseline of the result record"));
    auto* refresh = new QToolButton(this);
    dress(refresh, tr("Refresh"), tr("Look for runs again"));

    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(8, 3, 8, 3);
    bar->setSpacing(8);
    bar->addWidget(search_, 2);
    bar->addWidget(count_);
    bar->addStretch(1);
    for (auto* button : {open_, compare_, reveal_, refresh})
        bar->addWidget(button);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addLayout(bar);
    all->addWidget(table_, 1);

    auto* rename = new QAction(tr("Name and note"), this);
    rename->setShortcut(Qt::Key_F2);
    rename->setShortcutContext(Qt::WidgetShortcut);
    table_->addAction(rename);
    connect(rename, &QAction::triggered, this, [this] {
        auto index = table_->currentIndex();
        if (!index.isValid()) return;
        if (index.column() != RunListModel::Note) index = index.siblingAtColumn(RunListModel::Name);
        table_->setCurrentIndex(index);
        table_->edit(index);
    });
    connect(search_, &QLineEdit::textChanged, this, [this](const QString& text) {
        filter_->setFilterFixedString(text);
        tellState();
    });
    const auto openOne = [this] {
        const auto runs = selected();
        if (runs.size() == 1 && runs[0]->problem.empty()) Q_EMIT openRequested(std::string(runs[0]->path));
    };
    connect(open_, &QToolButton::clicked, this, openOne);
    connect(table_, &TableView::opened, this, openOne);
    connect(reveal_, &QToolButton::clicked, this, [this] {
        const auto runs = selected();
        if (!runs.empty()) Q_EMIT revealRequested(std::string(runs[0]->path));
    });
    connect(compare_, &QToolButton::clicked, this, [this] {
        const auto runs = selected();
        if (runs.size() != 2) return;
        // The list is newest first.
        Q_EMIT compareRequested(std::string(runs[1]->path), std::string(runs[0]->path));
    });
    connect(refresh, &QToolButton::clicked, this, &RunsPanel::refreshRequested);
    connect(model_, &RunListModel::labelEdited, this, &RunsPanel::labelChanged);
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] { tellState(); });
    tellState();
}

std::vector<const RunListing*> RunsPanel::selected() const {
    std::vector<const RunListing*> runs;
    for (const int row : table_->selectedRowNumbers())
        if (const auto* run = model_->at(filter_->mapToSource(filter_->index(row, 0)).row())) runs.push_back(run);
    return runs;
}

void RunsPanel::tellState() {
    const auto runs = selected();
    const bool readable = std::all_of(runs.begin(), runs.end(), [](const auto* run) { return run->problem.empty(); });
    open_->setEnabled(runs.size() == 1 && readable);
    reveal_->setEnabled(runs.size() == 1);
    compare_->setEnabled(runs.size() == 2 && readable);
    const int shown = filter_->rowCount(), all = model_->rowCount();
    count_->setText(all == 0       ? QString()
                    : shown == all ? tr("%1 runs").arg(countText(static_cast<std::uint64_t>(all)))
                                   : tr("%1 of %2 runs").arg(shown).arg(all));
    if (all > 0)
        table_->setEmptyText(tr("No run matches"), tr("Clear the search to see the others."));
    else
        table_->setEmptyText(
            tr("No earlier runs"),
            tr("Each run is kept as a file. When one has ended it appears here with its figures, to be opened again or "
               "compared with another."));
}

void RunsPanel::setRuns(std::vector<RunListing> runs) {
    model_->setRuns(std::move(runs));
    tellState();
}

void RunsPanel::applyLabel(const std::string& path, const RunLabel& label) {
    model_->applyLabel(path, label);
}

void RunsPanel::focusSearch() {
    search_->setFocus(Qt::ShortcutFocusReason);
    search_->selectAll();
}

QByteArray RunsPanel::saveState() const {
    return table_->saveState();
}
bool RunsPanel::restoreState(const QByteArray& state) {
    return table_->restoreState(state);
}

} // namespace penstock::ui
