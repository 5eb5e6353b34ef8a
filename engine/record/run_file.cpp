#include "engine/record/run_file.h"

#include "engine/record/atomic_file.h"
#include "engine/record/recorder.h"
#include "engine/record/run_lock.h"
#include "engine/record/schema.h"

#include <QSqlError>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <sys/stat.h>
#include <thread>

namespace penstock::record {

namespace {

/// What SQLite's primary result codes mean to a person.
std::string reasonOf(const QSqlError& error) {
    const int code = error.nativeErrorCode().toInt();
    switch (code & 0xff) {
    case 5:
    case 6:
        return "another program holds it locked";
    case 8:
        return "it cannot be written (read-only)";
    case 10:
        return "the disk reported an error";
    case 11:
        return "it is damaged; the answers recorded before may be in results.jsonl beside it";
    case 13:
        return "the disk is full";
    case 14:
        return "it cannot be opened";
    case 26:
        return "it is not a run file, or it is damaged";
    default:
        return error.databaseText().isEmpty() ? error.text().toStdString() : error.databaseText().toStdString();
    }
}

std::string folderOf(const std::string& path) {
    const auto slash = path.find_last_of('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

} // namespace

RunFile::RunFile(std::string path)
    : path_(std::move(path)) {}

RunFile::~RunFile() {
    QSqlDatabase::database(connection_, false).close();
    QSqlDatabase::removeDatabase(connection_);
}

Error RunFile::error(const QSqlError& error) const {
    const int code = error.nativeErrorCode().toInt() & 0xff;
    busy_ = code == 5 || code == 6;
    return {"the run file " + path_ + ": " + reasonOf(error)};
}

Result<std::unique_ptr<RunFile>> RunFile::connect(const std::string& path, Mode mode) {
    static std::atomic<unsigned> counter{0};
    std::unique_ptr<RunFile> file(new RunFile(path));
    file->connection_ = QStringLiteral("penstock-run-%1").arg(++counter);
    auto database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), file->connection_);
    if (!database.isValid()) return Error{"Qt's SQLite driver is missing; install the package libqt6sql6-sqlite"};
    QString options = QStringLiteral("QSQLITE_BUSY_TIMEOUT=2000");
    // For what is attached to it.
    if (mode == Mode::Create) options += QStringLiteral(";QSQLITE_OPEN_URI");
    if (mode == Mode::Read) options += QStringLiteral(";QSQLITE_OPEN_READONLY");
    if (mode != Mode::Create) {
        // Qt's driver would make an empty file of a missing one.
        struct stat facts {};
        if (::stat(path.c_str(), &facts) != 0) return systemError("open", path);
        if (!S_ISREG(facts.st_mode)) return Error{"the run file " + path + " is not a file"};
    }
    // As a URI the name would have to be escaped; a path that merely looks like one is still a path.
    const bool looksLikeUri = path.rfind("file:", 0) == 0;
    database.setDatabaseName(QString::fromStdString(looksLikeUri ? "./" + path : path));
    database.setConnectOptions(options);
    if (!database.open()) return file->error(database.lastError());
    for (const char* pragma : {"PRAGMA trusted_schema=OFF", "PRAGMA cell_size_check=ON", "PRAGMA foreign_keys=OFF"})
        if (auto status = file->exec(pragma); !status) return status.error();
    return file;
}

Status RunFile::createTables() {
    for (const char* sql : schema)
        if (auto status = exec(sql); !status) return status;
    if (auto status = exec(("PRAGMA application_id=" + std::to_string(applicationId)).c_str()); !status) return status;
    return exec(("PRAGMA user_version=" + std::to_string(formatVersion)).c_str());
}

Status RunFile::publish(const std::string& temporary, const std::string& path) {
    if (std::rename(temporary.c_str(), path.c_str()) != 0) return systemError("write", path);
    return okStatus();
}

Status RunFile::checkKind() const {
    const auto id = value("PRAGMA application_id");
    if (!id) return id.error();
    if (id->toInt() != applicationId) return Error{"the run file " + path_ + " is not a Penstock run"};
    const auto version = value("PRAGMA user_version");
    if (!version) return version.error();
    if (const int format = version->toInt(); format != formatVersion)
        return Error{"the run file " + path_ + " was written by " + (format < formatVersion ? "an older" : "a newer") +
                     " Penstock (format " + std::to_string(format) + "; this one reads format " +
                     std::to_string(formatVersion) + "): use that version for it"};
    // Our tables need neither; a stranger's file could run statements of its own through them.
    const auto foreign = value("SELECT count(*) FROM sqlite_master WHERE type IN ('trigger', 'view')");
    if (!foreign) return foreign.error();
    if (foreign->toInt() != 0) return Error{"the run file " + path_ + " holds statements that are not Penstock's"};
    return okStatus();
}

Result<std::unique_ptr<RunFile>> RunFile::openToRead(const std::string& path) {
    auto opened = connect(path, Mode::Read);
    if (!opened) return opened;
    if (auto status = (*opened)->checkKind(); !status) return status.error();
    return opened;
}

void RunFile::tidy(const std::string& path) {
    const auto slash = path.find_last_of('/');
    const auto folder = folderOf(path);
    if ((slash == std::string::npos ? path : path.substr(slash + 1)) != runFileName) return;
    struct stat log {};
    if (::stat((path + "-wal").c_str(), &log) != 0) return;
    // Not taken: a run that is resumed this moment would be refused. SQLite itself keeps the two apart.
    if (RunLock::held(folder)) return;
    if (const auto file = openToAmend(path)) (*file)->settle();
}

Result<std::unique_ptr<RunFile>> RunFile::openToAmend(const std::string& path) {
    auto opened = connect(path, Mode::Write);
    if (!opened) return opened;
    if (auto status = (*opened)->checkKind(); !status) return status.error();
    return opened;
}

bool RunFile::isBeingWritten(const std::string& path) {
    const auto slash = path.find_last_of('/');
    const auto name = slash == std::string::npos ? path : path.substr(slash + 1);
    return name == runFileName && isInRunningFolder(path);
}

bool RunFile::isInRunningFolder(const std::string& path) {
    return RunLock::held(folderOf(path));
}

Result<std::unique_ptr<RunFile>> RunFile::open(const std::string& path) {
    auto opened = connect(path, Mode::Write);
    if (!opened) return opened;
    auto& file = **opened;
    if (auto status = file.checkKind(); !status) return status.error();

    // synchronous=NORMAL: a commit is in the system's hands once it returns, so it survives a kill -9 of this process;
    // what a power cut may take is the last few commits, never the file's soundness. FULL would wait for the platter at
    // each commit.
    Status mode = file.exec("PRAGMA journal_mode=WAL");
    // A reader that folds the log of a run that is over (tidy) changes the mode too, which SQLite does not wait for.
    for (int attempt = 0; !mode && file.busy_ && attempt < 100; ++attempt) {
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
        mode = file.exec("PRAGMA journal_mode=WAL");
    }
    if (!mode) return mode.error();
    if (auto status = file.exec("PRAGMA synchronous=NORMAL"); !status) return status.error();
    struct stat facts {};
    if (::stat(path.c_str(), &facts) != 0) return systemError("open", path);
    file.device_ = facts.st_dev;
    file.inode_ = facts.st_ino;
    return opened;
}

Status RunFile::checkWhole() {
    const auto verdict = value("PRAGMA quick_check(1)");
    if (!verdict) return verdict.error();
    if (verdict->toString() != QStringLiteral("ok")) return Error{"the run file " + path_ + ": it is damaged"};
    return okStatus();
}

Status RunFile::checkPresent() const {
    struct stat facts {};
    if (::stat(path_.c_str(), &facts) == 0 && facts.st_dev == device_ && facts.st_ino == inode_) return okStatus();
    return Error{"the run file " + path_ + ": it was moved or removed while the run went on"};
}

Status RunFile::exec(const char* sql) {
    QSqlQuery query(QSqlDatabase::database(connection_, false));
    if (!query.exec(QString::fromUtf8(sql))) return error(query.lastError());
    return okStatus();
}

Result<QSqlQuery> RunFile::prepare(const std::string& sql) const {
    QSqlQuery query(QSqlDatabase::database(connection_, false));
    query.setForwardOnly(true);
    if (!query.prepare(QString::fromStdString(sql))) return error(query.lastError());
    return query;
}

Status RunFile::run(QSqlQuery& query) const {
    if (!query.exec()) return error(query.lastError());
    return okStatus();
}

Result<bool> RunFile::next(QSqlQuery& query) const {
    if (query.next()) return true;
    if (query.lastError().isValid()) return error(query.lastError());
    return false;
}

Result<QVariant> RunFile::value(const std::string& sql) const {
    auto query = prepare(sql);
    if (!query) return query.error();
    if (auto status = run(*query); !status) return status.error();
    const auto row = next(*query);
    if (!row) return row.error();
    return *row ? query->value(0) : QVariant();
}

void RunFile::settle() {
    (void)exec("PRAGMA wal_checkpoint(TRUNCATE)");
    // Fails when somebody reads the file just now; then the log stays beside it, and it is whole all the same.
    (void)exec("PRAGMA journal_mode=DELETE");
}

QVariant textValue(const std::string& text) {
    return QByteArray::fromRawData(text.data(), static_cast<qsizetype>(text.size()));
}

std::string textOf(const QVariant& value) {
    return value.toByteArray().toStdString();
}

std::optional<std::int64_t> optionalOf(const QVariant& value) {
    if (value.isNull()) return std::nullopt;
    return value.toLongLong();
}

} // namespace penstock::record
