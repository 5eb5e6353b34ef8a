#pragma once

#include "ui/tables/log_intake.h"

#include <QAbstractTableModel>

#include <deque>

namespace penstock::ui {

/// The last 10,000 lines of the log.
class LogModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Time, Level, Topic, Message, ColumnCount };
    enum Role { LevelRole = Qt::UserRole }; ///< int of LogLevel

    explicit LogModel(std::size_t capacity = LogIntake::capacity, QObject* parent = nullptr);
    ~LogModel() override;

    /// Where other threads put lines.
    std::shared_ptr<LogIntake> intake() const { return intake_; }
    void append(LogIntake::Batch batch);
    void clear();
    std::size_t forgotten() const { return forgotten_; } ///< lines that are no longer here
    /// A line of text: time, level, topic, message.
    QString lineText(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    /// As it is shown: made safe once, when it comes.
    struct Line {
        std::chrono::system_clock::time_point time;
        LogLevel level;
        QString topic, message;
    };
    QString text(const Line& line, int column) const;

    std::size_t capacity_;
    std::deque<Line> lines_;
    std::size_t forgotten_ = 0;
    Mailbox mailbox_;
    std::shared_ptr<LogIntake> intake_;
};

QString logLevelWords(LogLevel level);

} // namespace penstock::ui
