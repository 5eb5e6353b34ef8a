#include "ui/dialogs/shortcuts_dialog.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QTableWidget>
#include <QVBoxLayout>

namespace penstock::ui {

ShortcutsDialog::ShortcutsDialog(const std::vector<const QAction*>& actions, QWidget* parent)
    : QDialog(parent) {
    setWindowTitle(tr("Keyboard shortcuts"));
    resize(620, 560);
    auto* search = new QLineEdit;
    search->setPlaceholderText(tr("Search"));
    search->setAccessibleName(tr("Search the shortcuts"));
    search->setClearButtonEnabled(true);
    auto* table = new QTableWidget(0, 3);
    table->setAccessibleName(tr("Shortcuts"));
    table->setHorizontalHeaderLabels({tr("Keys"), tr("Action"), tr("What it does")});
    table->verticalHeader()->hide();
    table->setShowGrid(false);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->horizontalHeader()->setStretchLastSection(true);
    table->setTabKeyNavigation(false);
    for (const auto* action : actions) {
        if (action->shortcut().isEmpty()) continue;
        const int row = table->rowCount();
        table->insertRow(row);
        QString words = action->text();
        words.remove(QLatin1Char('&'));
        table->setItem(row, 0, new QTableWidgetItem(action->shortcut().toString(QKeySequence::NativeText)));
        table->setItem(row, 1, new QTableWidgetItem(words));
        table->setItem(row, 2, new QTableWidgetItem(action->statusTip()));
    }
    table->resizeColumnsToContents();
    connect(search, &QLineEdit::textChanged, table, [table](const QString& text) {
        for (int row = 0; row < table->rowCount(); ++row) {
            bool found = false;
            for (int column = 0; column < table->columnCount(); ++column)
                found = found || table->item(row, column)->text().contains(text, Qt::CaseInsensitive);
            table->setRowHidden(row, !found);
        }
    });
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addWidget(search);
    column->addWidget(table, 1);
    column->addWidget(buttons);
}

} // namespace penstock::ui
