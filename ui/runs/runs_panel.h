#pragma once

#include "engine/base/run_document.h"

#include <QWidget>

#include <string>
#include <vector>

class QLabel;
class QLineEdit;
class QSortFilterProxyModel;
class QToolButton;

namespace penstock::ui {

class RunListModel;
class TableView;

/// The panel *Runs*: earlier runs with their key figures. The owner lists them (RunArchive::list()) and does what the
/// signals ask for.
class RunsPanel final : public QWidget {
    Q_OBJECT

public:
    explicit RunsPanel(QWidget* parent = nullptr);

    void setRuns(std::vector<RunListing> runs);
    /// A label that was written.
    void applyLabel(const std::string& path, const RunLabel& label);
    void focusSearch();
    QByteArray saveState() const;
    bool restoreState(const QByteArray& state);
    TableView& table() { return *table_; }
    RunListModel& model() { return *model_; }

Q_SIGNALS:
    void openRequested(const std::string& path);
    void revealRequested(const std::string& path);
    /// The older of the two is `pathA`: the baseline.
    void compareRequested(const std::string& pathA, const std::string& pathB);
    void labelChanged(const std::string& path, const RunLabel& label);
    void refreshRequested();

private:
    std::vector<const RunListing*> selected() const;
    void tellState();

    RunListModel* model_;
    QSortFilterProxyModel* filter_;
    TableView* table_;
    QLineEdit* search_;
    QLabel* count_;
    QToolButton* open_;
    QToolButton* reveal_;
    QToolButton* compare_;
};

} // namespace penstock::ui
