#include "ui/tables/log_view.h"

#include "ui/format/figures.h"
#include "ui/tables/highlight_delegate.h"
#include "ui/tables/log_filter.h"
#include "ui/tables/log_model.h"
#include "ui/tables/table_view.h"
#include "ui/work/write_whole.h"

#include <QAction>
#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace penstock::ui {

LogView::LogView(QWidget* parent)
    : QWidget(parent)
    , model_(new LogModel(LogIntake::capacity, this))
    , filter_(new LogFilter(this))
    , table_(new TableView(tr("Log"), this))
    , level_(new QComboBox(this))
    , search_(new QLineEdit(this))
    , follow_(new QToolButton(this))
    , count_(new QLabel(this)) {
    filter_->setSourceModel(model_);
    table_->setModel(filter_);
    table_->setEmptyText(tr("Nothing logged yet"),
                         tr("What the program does and what goes wrong is told here: connections, retries, files."));
    auto* highlight = new HighlightDelegate(this);
    table_->setItemDelegateForColumn(LogModel::Message, highlight);
    table_->setItemDelegateForColumn(LogModel::Topic, highlight);
    table_->setColumnWidth(LogModel::Time, 108);
    table_->setColumnWidth(LogModel::Level, 96);
    table_->setColumnWidth(LogModel::Topic, 110);

    level_->setAccessibleName(tr("Least level shown"));
    level_->setToolTip(tr("Shows lines of this level and above"));
    for (const auto& [name, level] : {std::pair{tr("All levels"), LogLevel::Debug},
                                      {tr("Info and above"), LogLevel::Info},
                                      {tr("Warnings and errors"), LogLevel::Warning},
                                      {tr("Errors"), LogLevel::Error}})
        level_->addItem(name, static_cast<int>(level));
    search_->setPlaceholderText(tr("Search the log"));
    search_->setAccessibleName(tr("Search the log"));
    search_->setToolTip(tr("Shows lines that hold this text, and marks it"));
    search_->setClearButtonEnabled(true);
    search_->setMaximumWidth(280);
    follow_->setText(tr("Follow"));
    follow_->setCheckable(true);
    follow_->setChecked(true);
    follow_->setAccessibleName(tr("Follow the newest line"));
    follow_->setToolTip(tr("Keep the newest line in view; scrolling up ends it"));
    count_->setProperty("muted", true);
    const auto button = [this](const QString& text, const QString& name, const QString& tip) {
        auto* made = new QToolButton(this);
        made->setText(text);
        made->setAccessibleName(name);
        made->setToolTip(tip);
        return made;
    };
    auto* copy = button(tr("Copy"), tr("Copy the log"), tr("Copy the chosen lines, or all that are shown"));
    auto* clear = button(tr("Clear"), tr("Clear the log"), tr("Forget all lines"));
    auto* save = button(tr("Save\u2026"), tr("Save the log"), tr("Write the lines that are shown to a file"));

    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(8, 3, 8, 3);
    bar->setSpacing(8);
    bar->addWidget(search_, 2);
    bar->addWidget(level_);
    bar->addWidget(count_);
    bar->addStretch(1);
    for (QWidget* each : std::initializer_list<QWidget*>{follow_, copy, clear, save})
        bar->addWidget(each);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addLayout(bar);
    all->addWidget(table_, 1);

    connect(level_, &QComboBox::currentIndexChanged, this, [this] {
        filter_->setLeastLevel(static_cast<LogLevel>(level_->currentData().toInt()));
        tellCount();
    });
    connect(search_, &QLineEdit::textChanged, this, [this, highlight](const QString& text) {
        highlight->setText(text);
        filter_->setSearch(text);
        tellCount();
        table_->viewport()->update();
    });
    connect(filter_, &QAbstractItemModel::rowsInserted, this, [this] {
        if (follow_->isChecked()) table_->scrollToBottom();
        tellCount();
    });
    connect(model_, &QAbstractItemModel::modelReset, this, [this] { tellCount(); });
    // A person who scrolls up wants to read; one who goes back to the end wants to follow.
    const auto scrolled = [this] {
        const auto* scroll = table_->verticalScrollBar();
        follow_->setChecked(scroll->sliderPosition() >= scroll->maximum());
    };
    connect(table_->verticalScrollBar(), &QScrollBar::actionTriggered, this, scrolled);
    connect(follow_, &QToolButton::clicked, this, [this](bool on) {
        if (on) table_->scrollToBottom();
    });
    connect(copy, &QToolButton::clicked, this, [this] {
        if (table_->selectedRowNumbers().isEmpty()) table_->selectAll();
        table_->copySelected();
    });
    connect(clear, &QToolButton::clicked, this, [this] { model_->clear(); });
    connect(save, &QToolButton::clicked, this, [this] {
        auto* dialog = new QFileDialog(this, tr("Save the log"), {}, tr("Text (*.log *.txt)"));
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setAcceptMode(QFileDialog::AcceptSave);
        dialog->setDefaultSuffix(QStringLiteral("log"));
        connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) { saveTo(path); });
        dialog->open();
    });
    tellCount();
}

LogView::~LogView() = default;

std::shared_ptr<LogIntake> LogView::intake() const {
    return model_->intake();
}

void LogView::setLeastLevel(LogLevel level) {
    level_->setCurrentIndex(level_->findData(static_cast<int>(level)));
}
void LogView::setSearch(const QString& text) {
    search_->setText(text);
}
bool LogView::following() const {
    return follow_->isChecked();
}

void LogView::tellCount() {
    const auto shown = static_cast<std::uint64_t>(filter_->rowCount()),
               all = static_cast<std::uint64_t>(model_->rowCount());
    QString words =
        shown == all ? tr("%1 lines").arg(countText(all)) : tr("%1 of %2 lines").arg(countText(shown), countText(all));
    if (model_->forgotten() > 0) words += tr(", %1 older ones forgotten").arg(countText(model_->forgotten()));
    count_->setText(words);
    if (shown == 0 && all > 0)
        table_->setEmptyText(tr("No line matches"), tr("Choose a lower level or clear the search."));
    else if (all == 0)
        table_->setEmptyText(
            tr("Nothing logged yet"),
            tr("What the program does and what goes wrong is told here: connections, retries, files."));
}

QString LogView::shownText() const {
    QString out;
    for (int row = 0; row < filter_->rowCount(); ++row)
        out += model_->lineText(filter_->mapToSource(filter_->index(row, 0)).row()) + QLatin1Char('\n');
    return out;
}

void LogView::saveTo(const QString& path) {
    worker_.run([this, path, text = shownText().toUtf8()]() -> std::function<void()> {
        const auto written = writeWhole(path, text);
        return [this, path, written] {
            Q_EMIT saved(path, written ? QString() : tr("The log was not saved. %1").arg(QString::fromStdString(written.error().message)));
        };
    });
}

QByteArray LogView::saveState() const {
    return table_->saveState();
}
bool LogView::restoreState(const QByteArray& state) {
    return table_->restoreState(state);
}

} // namespace penstock::ui
