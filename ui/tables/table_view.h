#pragma once

#include <QTableView>

namespace penstock::ui {

/// The table that every list of the console is: whole rows, quiet stripes, figures with even digits, an explanation
/// while it is empty. Enter or a double click opens a row; Ctrl+C copies the selected rows, tab-separated, with their
/// header.
///
/// It keeps its place: rows that come or go above the first visible one do not move what a person reads; at the top it
/// follows what is new.
class TableView : public QTableView {
    Q_OBJECT

public:
    explicit TableView(const QString& accessibleName, QWidget* parent = nullptr);

    void setModel(QAbstractItemModel* model) override;
    /// The look of the header; again after another one was set.
    void dressHeader();
    /// Shown while the model has no rows: what will be here, and how to get it.
    void setEmptyText(const QString& title, const QString& how);
    /// The columns that are hidden, first to last, while the table is too narrow for all and `least` pixels of the
    /// column `stretch`, which takes what is left. Ends when a person has set a width, or a state was restored.
    void setYielding(QList<int> columns, int stretch, int least);
    QString emptyTitle() const { return emptyTitle_; }
    /// Selected rows in the order of the table, at most `maxRows`: a header line, then a line each; blanks for tabs.
    QString selectedAsTsv(int maxRows = 100000) const;
    void copySelected() const;
    QList<int> selectedRowNumbers() const;

    /// Widths, order and visibility of the columns, and the sorting.
    QByteArray saveState() const;
    bool restoreState(const QByteArray& state);
    /// The first and the last row that can be seen; -1 when there is none.
    std::pair<int, int> visibleRows() const;

Q_SIGNALS:
    void opened(const QModelIndex& index);
    /// Other rows can be seen, or there are others in their places.
    void visibleRowsChanged(int first, int last);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void updateGeometries() override;

private:
    void dress();
    void shift(const QModelIndex& parent, int first, int count, bool inserted);
    void tellVisible();
    void fitColumns();
    void offerColumns(const QPoint& at);

    QString emptyTitle_, emptyHow_;
    QList<QMetaObject::Connection> connections_;
    std::pair<int, int> told_{-2, -2};
    int pendingShift_ = 0;
    QList<int> yielding_;
    int stretch_ = -1, stretchLeast_ = 0;
    bool fitting_ = false, customised_ = false;
};

} // namespace penstock::ui
