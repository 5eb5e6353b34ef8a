#pragma once

#include "engine/base/result.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QVariant>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::record {

/// An open run file. Belongs to the thread that opened it. Every failure is an Error of one sentence with the file's
/// name.
class RunFile {
public:
    /// Makes `path` with the tables of schema.h, which must not exist. It appears with its content or not at all:
    /// `fill` writes the first rows in the same transaction.
    template <typename Fill>
    static Status create(const std::string& path, Fill&& fill) {
        return create(path, {}, std::forward<Fill>(fill));
    }
    /// The same after `before` was run on the new file, outside of the transaction.
    template <typename Fill>
    static Status create(const std::string& path, const std::vector<std::string>& before, Fill&& fill);

    /// Opens an existing run file, looks whether it is ours and of our format, and makes it ready for writing (WAL).
    static Result<std::unique_ptr<RunFile>> open(const std::string& path);

    /// Opens an existing run file for reading alone, beside a writer or after one, with the same looks. Never makes a
    /// file, and its reads never hinder the writer (WAL); what a killed writer left in its log is read too.
    static Result<std::unique_ptr<RunFile>> openToRead(const std::string& path);
    /// Opens an existing run file to change a row, in the way in which it lies there, beside a writer or not.
    static Result<std::unique_ptr<RunFile>> openToAmend(const std::string& path);
    /// Folds the log that lies beside a run's file into it when nobody writes or reads it any more: a writer that ended
    /// while somebody read has left it. Does nothing where that cannot be.
    static void tidy(const std::string& path);
    /// Whether a process is writing the run file `path` now.
    static bool isBeingWritten(const std::string& path);
    /// Whether `path` lies in the folder of a run that goes on, all of whose files are that run's own.
    static bool isInRunningFolder(const std::string& path);

    RunFile(const RunFile&) = delete;
    RunFile& operator=(const RunFile&) = delete;
    ~RunFile();

    /// Reads the whole file for damage. Seconds for a file of a gigabyte.
    Status checkWhole();
    /// Whether the file is still where it was opened.
    Status checkPresent() const;

    Status exec(const char* sql);
    /// A prepared statement, forward only.
    Result<QSqlQuery> prepare(const std::string& sql) const;
    /// Executes a prepared statement with what was bound.
    Status run(QSqlQuery& query) const;
    /// Moves to the next row; false at the end.
    Result<bool> next(QSqlQuery& query) const;
    /// The first value of the first row; a null value when there is no row.
    Result<QVariant> value(const std::string& sql) const;

    /// Folds the write-ahead log into the file, so that the one file is all there is to keep.
    void settle();

    /// Whether the last failure was another program's lock, which goes by itself.
    bool wasBusy() const { return busy_; }

    const std::string& path() const { return path_; }

private:
    explicit RunFile(std::string path);
    enum class Mode { Create, Write, Read };
    static Result<std::unique_ptr<RunFile>> connect(const std::string& path, Mode mode);
    /// Whether it is ours, of our format, and holds nothing that would run by itself.
    Status checkKind() const;
    static Status publish(const std::string& temporary, const std::string& path);
    Status createTables();
    Error error(const QSqlError& error) const;

    std::string path_;
    QString connection_;
    std::uint64_t device_ = 0, inode_ = 0;
    mutable bool busy_ = false;
};

template <typename Fill>
Status RunFile::create(const std::string& path, const std::vector<std::string>& before, Fill&& fill) {
    const std::string temporary = path + ".part";
    const auto clear = [&] {
        for (const char* suffix : {"", "-journal", "-wal", "-shm"})
            std::remove((temporary + suffix).c_str());
    };
    clear();
    const auto make = [&]() -> Status {
        auto file = connect(temporary, Mode::Create);
        if (!file) return file.error();
        for (const auto& sql : before)
            if (auto status = (*file)->exec(sql.c_str()); !status) return status;
        if (auto status = (*file)->exec("BEGIN IMMEDIATE"); !status) return status;
        if (auto status = (*file)->createTables(); !status) return status;
        if (Status status = fill(**file); !status) return status;
        return (*file)->exec("COMMIT");
    };
    auto status = make();
    if (status) status = publish(temporary, path);
    if (!status) clear();
    return status;
}

/// Text as SQLite shall store it: bound as bytes and cast in the statement (`CAST(? AS TEXT)`), because Qt's own way
/// through UTF-16 would drop a leading byte order mark and doubles the work. `text` must live until the statement ran.
QVariant textValue(const std::string& text);
/// The bytes of a column read with `CAST(column AS BLOB)`.
std::string textOf(const QVariant& value);
template <typename Int>
QVariant optionalValue(const std::optional<Int>& value) {
    return value ? QVariant(static_cast<qint64>(*value)) : QVariant();
}
std::optional<std::int64_t> optionalOf(const QVariant& value);

} // namespace penstock::record
