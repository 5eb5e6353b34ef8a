#include "engine/record/run_copy.h"

#include "engine/record/run_times.h"
#include "engine/record/schema.h"

#include <QUrl>

#include <algorithm>

namespace penstock::record {

namespace {

/// Rows copied between two looks at whether to go on.
constexpr std::int64_t stretch = 5'000;

struct Table {
    const char* name;
    const char* key; ///< ascending within the table, to copy it in stretches; null: at once
};

constexpr std::array tables{Table{"run", nullptr},          Table{"workload", nullptr},     Table{"label", nullptr},        Table{"sessions", nullptr},
                            Table{"itl", nullptr},          Table{"segments", nullptr},     Table{"skipped_lines", nullptr},
                            Table{"pauses", nullptr},       Table{"samples", nullptr},      Table{"requests", "request"},   Table{"texts", "request"},
                            Table{"attempts", "request"}};

class Copy {
public:
    Copy(RunFile& target, const Pace& pace)
        : target_(target)
        , pace_(pace) {}

    Status run() {
        auto total = target_.value("SELECT (SELECT count(*) FROM source.requests) * 3");
        if (!total) return total.error();
        total_ = std::max<std::int64_t>(total->toLongLong(), 1);
        for (const auto& table : tables)
            if (auto status = copy(table); !status) return status;
        return copyIndexes();
    }

private:
    Status copy(const Table& table) {
        // Files of before lack the one or the other.
        const auto known = target_.value(std::string("SELECT count(*) FROM source.sqlite_master WHERE type = 'table' AND name = '") + table.name + "'");
        if (!known) return known.error();
        if (known->toInt() == 0) return okStatus();
        const std::string all = std::string("INSERT INTO main.") + table.name + " SELECT * FROM source." + table.name;
        if (table.key == nullptr) return step(all, 0);
        // Requests are not numbered without gaps: the next stretch begins at the key behind `stretch` rows.
        auto from = target_.value(std::string("SELECT min(") + table.key + ") FROM source." + table.name);
        while (from && !from->isNull()) {
            const auto low = from->toLongLong();
            const std::string at = std::string(" WHERE ") + table.key + " >= " + std::to_string(low);
            from = target_.value(std::string("SELECT ") + table.key + " FROM source." + table.name + at + " AND " + table.key + " > " +
                                 std::to_string(low) + " ORDER BY " + table.key + " LIMIT 1 OFFSET " + std::to_string(stretch));
            if (!from) return from.error();
            const auto below = from->isNull() ? std::string() : std::string(" AND ") + table.key + " < " + from->toString().toStdString();
            if (auto status = step(all + at + below, stretch); !status) return status;
        }
        return from ? okStatus() : Status(from.error());
    }

    Status copyIndexes() {
        std::vector<std::string> missing;
        auto status = eachRow(target_,
                              "SELECT CAST(sql AS BLOB) FROM source.sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND name"
                              " NOT IN (SELECT name FROM main.sqlite_master)",
                              [&](const QSqlQuery& row) { missing.push_back(textOf(row.value(0))); });
        if (!status) return status;
        // Their statements are a stranger's words: only what is known to be ours is made.
        for (const auto& [name, column] : indexes) {
            const auto ours = std::string("CREATE INDEX ") + name + " ON requests(" + column + ")";
            if (std::find(missing.begin(), missing.end(), ours) == missing.end()) continue;
            if (status = step(ours, 0); !status) return status;
        }
        return okStatus();
    }

    Status step(const std::string& sql, std::int64_t rows) {
        if (!pace_(std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_)))) return Error{"the export was cancelled"};
        done_ += rows;
        return target_.exec(sql.c_str());
    }

    RunFile& target_;
    const Pace& pace_;
    std::int64_t total_ = 1, done_ = 0;
};

} // namespace

Status copyRunFile(const RunFile& file, const std::string& path, const Pace& pace) {
    // Read-only, so that reading it leaves no trace; percent signs and the like of a path are not the URI's.
    const auto source = QUrl::fromLocalFile(QString::fromStdString(file.path())).toString(QUrl::FullyEncoded) + "?mode=ro";
    const auto quoted = QString(source).replace(QLatin1Char('\''), QStringLiteral("''")).toStdString();
    const auto attached = "ATTACH DATABASE '" + quoted + "' AS source";
    return RunFile::create(path, {attached}, [&](RunFile& target) { return Copy(target, pace).run(); });
}

} // namespace penstock::record
