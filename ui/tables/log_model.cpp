#include "ui/tables/log_model.h"

#include "ui/tables/plain_text.h"
#include "ui/theme/theme.h"

#include <QDateTime>

namespace penstock::ui {

QString logLevelWords(LogLevel level) {
    switch (level) {
    case LogLevel::Debug:
        return LogModel::tr("debug");
    case LogLevel::Info:
        return LogModel::tr("info");
    case LogLevel::Warning:
        return LogModel::tr("\u26a0 warning");
    case LogLevel::Error:
        return LogModel::tr("\u2715 error");
    }
    return {};
}

LogModel::LogModel(std::size_t capacity, QObject* parent)
    : QAbstractTableModel(parent)
    , capacity_(std::max<std::size_t>(1, capacity))
    , intake_(LogIntake::make(mailbox_.poster(), [this](LogIntake::Batch batch) { append(std::move(batch)); })) {}

LogModel::~LogModel() {
    intake_->close();
}

void LogModel::append(LogIntake::Batch batch) {
    forgotten_ += batch.dropped;
    auto& fresh = batch.entries;
    if (fresh.size() > capacity_) {
        forgotten_ += fresh.size() - capacity_;
        fresh.erase(fresh.begin(), fresh.end() - static_cast<std::ptrdiff_t>(capacity_));
    }
    if (fresh.empty()) return;
    if (lines_.size() + fresh.size() > capacity_) {
        const auto over = lines_.size() + fresh.size() - capacity_;
        beginRemoveRows({}, 0, static_cast<int>(over) - 1);
        lines_.erase(lines_.begin(), lines_.begin() + static_cast<std::ptrdiff_t>(over));
        forgotten_ += over;
        endRemoveRows();
    }
    const auto first = static_cast<int>(lines_.size());
    beginInsertRows({}, first, first + static_cast<int>(fresh.size()) - 1);
    for (const auto& entry : fresh)
        lines_.push_back({entry.time, entry.level, plainLine(entry.topic, 64),
                          plainLine(entry.message, LogIntake::maxMessageBytes + 8)});
    endInsertRows();
}

void LogModel::clear() {
    beginResetModel();
    lines_.clear();
    forgotten_ = 0;
    endResetModel();
}

QString LogModel::text(const Line& line, int column) const {
    switch (column) {
    case Time: {
        const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(line.time.time_since_epoch()).count();
        return QDateTime::fromMSecsSinceEpoch(since).toString(QStringLiteral("HH:mm:ss.zzz"));
    }
    case Level:
        return logLevelWords(line.level);
    case Topic:
        return line.topic;
    case Message:
        return line.message;
    default:
        return {};
    }
}

QString LogModel::lineText(int row) const {
    if (row < 0 || row >= rowCount()) return {};
    const auto& line = lines_[static_cast<std::size_t>(row)];
    QStringList cells;
    for (int column = 0; column < ColumnCount; ++column)
        cells << text(line, column);
    return cells.join(QLatin1Char('\t'));
}

int LogModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(lines_.size());
}
int LogModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant LogModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
    case Time:
        return tr("Time");
    case Level:
        return tr("Level");
    case Topic:
        return tr("Topic");
    case Message:
        return tr("Message");
    default:
        return {};
    }
}

QVariant LogModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const auto& line = lines_[static_cast<std::size_t>(index.row())];
    const auto& theme = Theme::instance();
    switch (role) {
    case Qt::DisplayRole:
        return text(line, index.column());
    case Qt::AccessibleTextRole:
        return headerData(index.column(), Qt::Horizontal).toString() + QStringLiteral(": ") +
               text(line, index.column());
    case Qt::ToolTipRole:
        return index.column() == Message ? toolTipOf(line.message) : QString();
    case LevelRole:
        return static_cast<int>(line.level);
    case Qt::FontRole:
        return index.column() == Message ? QVariant() : QVariant(theme.font(FontRole::Mono));
    case Qt::ForegroundRole:
        if (index.column() == Level && line.level == LogLevel::Error) return theme.color(ColorRole::Bad);
        if (index.column() == Level && line.level == LogLevel::Warning) return theme.color(ColorRole::Warn);
        return index.column() == Message && line.level != LogLevel::Debug ? QVariant()
                                                                          : QVariant(theme.color(ColorRole::TextMuted));
    default:
        return {};
    }
}

} // namespace penstock::ui
