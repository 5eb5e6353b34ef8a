#include "ui/tables/table_view.h"

#include "ui/tables/figure_delegate.h"
#include "ui/theme/theme.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>

namespace penstock::ui {

TableView::TableView(const QString& accessibleName, QWidget* parent)
    : QTableView(parent) {
    setAccessibleName(accessibleName);
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setEditTriggers(NoEditTriggers);
    setShowGrid(false);
    setAlternatingRowColors(true);
    setWordWrap(false);
    setCornerButtonEnabled(false);
    setTabKeyNavigation(false);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollMode(ScrollPerPixel);
    setFrameShape(NoFrame);
    setItemDelegate(new FigureDelegate(this));
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    dressHeader();
    dress();
    connect(&Theme::instance(), &Theme::changed, this, [this] { dress(); });
    connect(this, &QAbstractItemView::doubleClicked, this, &TableView::opened);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, [this] { tellVisible(); });
}

void TableView::dressHeader() {
    auto* header = horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionsMovable(true);
    header->setSectionsClickable(true);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header->setMinimumSectionSize(28);
    header->setStretchLastSection(true);
    header->setFont(Theme::instance().font(FontRole::Small));
    connect(header, &QHeaderView::sectionResized, this, [this] {
        if (!fitting_ && (QGuiApplication::mouseButtons() & Qt::LeftButton)) customised_ = true;
    });
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header, &QWidget::customContextMenuRequested, this,
            [this, header](const QPoint& at) { offerColumns(header->mapToGlobal(at)); });
}

void TableView::setYielding(QList<int> columns, int stretch, int least) {
    yielding_ = std::move(columns);
    stretch_ = stretch;
    stretchLeast_ = least;
    horizontalHeader()->setStretchLastSection(false);
    fitColumns();
}

void TableView::offerColumns(const QPoint& at) {
    QMenu menu(this);
    for (int column = 0; model() && column < model()->columnCount(); ++column) {
        QAction* action = menu.addAction(model()->headerData(column, Qt::Horizontal).toString());
        action->setCheckable(true);
        action->setChecked(!isColumnHidden(column));
        // The last one that is left stays.
        action->setEnabled(isColumnHidden(column) ||
                           horizontalHeader()->hiddenSectionCount() + 1 < model()->columnCount());
        connect(action, &QAction::toggled, this, [this, column](bool shown) {
            customised_ = true;
            setColumnHidden(column, !shown);
        });
    }
    menu.exec(at);
}

void TableView::fitColumns() {
    if (stretch_ < 0 || !model()) return;
    fitting_ = true;
    if (customised_) {
        // A person's own widths stay; only what would be left blank goes to the column that takes the rest.
        int blank = viewport()->width();
        for (int column = 0; column < model()->columnCount(); ++column) blank -= columnWidth(column); // 0 when hidden
        if (blank > 0) setColumnWidth(stretch_, columnWidth(stretch_) + blank);
        fitting_ = false;
        return;
    }
    for (const int column : yielding_)
        setColumnHidden(column, false);
    int rest = viewport()->width();
    for (int column = 0; column < model()->columnCount(); ++column)
        if (column != stretch_) rest -= columnWidth(column); // 0 when hidden
    for (const int column : yielding_) {
        if (rest >= stretchLeast_) break;
        rest += columnWidth(column);
        setColumnHidden(column, true);
    }
    setColumnWidth(stretch_, std::max(stretchLeast_, rest));
    fitting_ = false;
}

void TableView::dress() {
    const QFont font = Theme::instance().font(FontRole::Body);
    const int height = QFontMetrics(font).height() + 10;
    verticalHeader()->setMinimumSectionSize(height);
    verticalHeader()->setDefaultSectionSize(height);
    horizontalHeader()->setFont(Theme::instance().font(FontRole::Small));
    viewport()->update();
}

void TableView::setModel(QAbstractItemModel* model) {
    for (const auto& each : connections_)
        disconnect(each);
    connections_.clear();
    QTableView::setModel(model);
    if (!model) return;
    connections_ << connect(
        model, &QAbstractItemModel::rowsInserted, this,
        [this](const QModelIndex& parent, int first, int last) { shift(parent, first, last - first + 1, true); });
    connections_ << connect(
        model, &QAbstractItemModel::rowsAboutToBeRemoved, this,
        [this](const QModelIndex& parent, int first, int last) { shift(parent, first, last - first + 1, false); });
    connections_ << connect(model, &QAbstractItemModel::modelReset, this, [this] { pendingShift_ = 0; });
}

/// Keeps the place of what is read when rows come or go above it. The range of the scroll bar follows only with the
/// next layout (updateGeometries), so the move is kept until then.
void TableView::shift(const QModelIndex& parent, int first, int count, bool inserted) {
    const int height = verticalHeader()->defaultSectionSize();
    const int top = verticalScrollBar()->value() + pendingShift_;
    if (parent.isValid() || top <= 0 || height <= 0) return;
    const int firstVisible = top / height;
    if (first > firstVisible) return;
    const int above = inserted ? count : std::min(count, firstVisible - first + 1);
    pendingShift_ += (inserted ? above : -above) * height;
}

void TableView::updateGeometries() {
    const int move = std::exchange(pendingShift_, 0);
    const int wanted = verticalScrollBar()->value() + move;
    QTableView::updateGeometries();
    if (move != 0) verticalScrollBar()->setValue(std::max(0, wanted));
    tellVisible();
}

void TableView::resizeEvent(QResizeEvent* event) {
    QTableView::resizeEvent(event);
    fitColumns();
    tellVisible();
}

std::pair<int, int> TableView::visibleRows() const {
    const int rows = model() ? model()->rowCount() : 0;
    if (rows == 0 || viewport()->height() <= 0) return {-1, -1};
    const int height = std::max(1, verticalHeader()->defaultSectionSize());
    const int first = std::clamp(verticalScrollBar()->value() / height, 0, rows - 1);
    const int last = std::clamp((verticalScrollBar()->value() + viewport()->height() - 1) / height, first, rows - 1);
    return {first, last};
}

void TableView::tellVisible() {
    const auto now = visibleRows();
    if (now == told_) return;
    told_ = now;
    Q_EMIT visibleRowsChanged(now.first, now.second);
}

void TableView::setEmptyText(const QString& title, const QString& how) {
    emptyTitle_ = title;
    emptyHow_ = how;
    setAccessibleDescription(title + QStringLiteral(". ") + how);
    viewport()->update();
}

void TableView::paintEvent(QPaintEvent* event) {
    QTableView::paintEvent(event);
    if (emptyTitle_.isEmpty() || (model() && model()->rowCount() > 0)) return;
    QPainter painter(viewport());
    const auto& theme = Theme::instance();
    const QRect area = viewport()->rect().adjusted(24, 8, -24, -8);
    const QFont strong = theme.font(FontRole::Strong), body = theme.font(FontRole::Body);
    const int line = QFontMetrics(strong).height();
    const QRect how = QFontMetrics(body).boundingRect(area, Qt::AlignHCenter | Qt::TextWordWrap, emptyHow_);
    const int top = area.top() + std::max(0, (area.height() - line - 6 - how.height()) / 2);
    painter.setPen(theme.color(ColorRole::Text));
    painter.setFont(strong);
    painter.drawText(QRect(area.left(), top, area.width(), line), Qt::AlignHCenter | Qt::AlignVCenter, emptyTitle_);
    painter.setPen(theme.color(ColorRole::TextMuted));
    painter.setFont(body);
    painter.drawText(QRect(area.left(), top + line + 6, area.width(), how.height() + 4),
                     Qt::AlignHCenter | Qt::TextWordWrap, emptyHow_);
}

QList<int> TableView::selectedRowNumbers() const {
    QList<int> rows;
    if (!selectionModel()) return rows;
    for (const auto& range : selectionModel()->selection())
        for (int row = range.top(); row <= range.bottom(); ++row)
            rows << row;
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    return rows;
}

QString TableView::selectedAsTsv(int maxRows) const {
    QString out;
    if (!model()) return out;
    QList<int> columns;
    for (int visual = 0; visual < horizontalHeader()->count(); ++visual) {
        const int column = horizontalHeader()->logicalIndex(visual);
        if (!isColumnHidden(column)) columns << column;
    }
    const auto cell = [&out](QString text, bool first) {
        text.replace(QLatin1Char('\t'), QLatin1Char(' ')).replace(QLatin1Char('\n'), QLatin1Char(' '));
        if (!first) out += QLatin1Char('\t');
        out += text;
    };
    for (const int column : columns)
        cell(model()->headerData(column, Qt::Horizontal).toString(), column == columns.front());
    out += QLatin1Char('\n');
    int rows = 0;
    for (const int row : selectedRowNumbers()) {
        if (++rows > maxRows) break;
        for (const int column : columns)
            cell(model()->index(row, column).data().toString(), column == columns.front());
        out += QLatin1Char('\n');
    }
    return out;
}

void TableView::copySelected() const {
    if (!selectedRowNumbers().isEmpty()) QGuiApplication::clipboard()->setText(selectedAsTsv());
}

void TableView::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy)) {
        copySelected();
        return event->accept();
    }
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && currentIndex().isValid() &&
        state() != EditingState) {
        Q_EMIT opened(currentIndex());
        return event->accept();
    }
    QTableView::keyPressEvent(event);
}

void TableView::contextMenuEvent(QContextMenuEvent* event) {
    QMenu menu(this);
    QAction* copy = menu.addAction(tr("Copy rows"), QKeySequence::Copy, this, [this] { copySelected(); });
    copy->setEnabled(!selectedRowNumbers().isEmpty());
    for (QAction* action : actions())
        menu.addAction(action);
    menu.exec(event->globalPos());
}

QByteArray TableView::saveState() const {
    return horizontalHeader()->saveState();
}

bool TableView::restoreState(const QByteArray& state) {
    if (state.isEmpty() || !horizontalHeader()->restoreState(state)) return false;
    customised_ = true;
    return true;
}

} // namespace penstock::ui
