#pragma once

#include "ui/tables/log_entry.h"
#include "ui/work/file_worker.h"

#include <QWidget>

#include <memory>

class QComboBox;
class QLabel;
class QLineEdit;
class QToolButton;

namespace penstock::ui {

class LogFilter;
class LogIntake;
class LogModel;
class TableView;

/// The tab *Log*: what the program says of itself, from all its threads.
class LogView final : public QWidget {
    Q_OBJECT

public:
    explicit LogView(QWidget* parent = nullptr);
    ~LogView() override;

    /// For a LogSink.
    std::shared_ptr<LogIntake> intake() const;
    void setLeastLevel(LogLevel level);
    void setSearch(const QString& text);
    /// The lines that are shown, as text.
    QString shownText() const;
    /// Writes the lines that are shown to `path` on another thread; saved() tells when.
    void saveTo(const QString& path);
    QByteArray saveState() const;
    bool restoreState(const QByteArray& state);
    LogModel& model() { return *model_; }
    TableView& table() { return *table_; }
    bool following() const;

Q_SIGNALS:
    /// `problem` is empty when the file is there, otherwise a sentence.
    void saved(const QString& path, const QString& problem);

private:
    void tellCount();

    LogModel* model_;
    LogFilter* filter_;
    TableView* table_;
    QComboBox* level_;
    QLineEdit* search_;
    QToolButton* follow_;
    QLabel* count_;
    FileWorker worker_; ///< last: its answers reach the rest
};

} // namespace penstock::ui
