#include "engine/record/request_pages.h"

#include "engine/record/request_rows.h"

#include <algorithm>
#include <limits>

namespace penstock::record {

namespace {

constexpr std::uint32_t mostRows = 1000;
/// Requests searched between two looks at whether anybody still waits.
constexpr std::int64_t stretch = 20'000;
/// Counts that are kept: a hand on the time slider asks for many.
constexpr std::size_t mostCounts = 1000;
/// SQLite bounds a pattern at 50,000 bytes, in which each may be escaped.
constexpr std::size_t longestText = 20'000;

std::string orderBy(RequestQuery::Order order, bool descending) {
    const char* column = "ended_ns";
    switch (order) {
    case RequestQuery::Order::Ended: column = "ended_ns"; break;
    case RequestQuery::Order::CustomId: column = "custom_id"; break;
    case RequestQuery::Order::Outcome: column = "outcome"; break;
    case RequestQuery::Order::FirstToken: column = "t_first_token_ns"; break;
    case RequestQuery::Order::InFlight: column = "t_in_flight_ns"; break;
    case RequestQuery::Order::Tokens: column = "output_tokens"; break;
    case RequestQuery::Order::Attempts: column = "attempts"; break;
    }
    // What was not measured comes last, whichever way.
    return std::string(" ORDER BY ") + column + (descending ? " DESC, request DESC" : " ASC NULLS LAST, request ASC");
}

/// Everything of the query but its text, which stands in the table `found`. Numbers alone: nothing to escape.
std::string whereOf(const RequestQuery& query, const RunTimes& times) {
    std::string where;
    const auto add = [&](const std::string& condition) { where += (where.empty() ? " WHERE " : " AND ") + condition; };
    switch (query.which) {
    case RequestQuery::Which::All: break;
    case RequestQuery::Which::Succeeded: add("outcome = 'success'"); break;
    case RequestQuery::Which::Failed: add("outcome != 'success'"); break;
    case RequestQuery::Which::Retried: add("attempts > 1"); break;
    }
    if (query.segment) add("segment = " + std::to_string(*query.segment));
    if (query.endedBefore) {
        const double bounded = std::clamp(*query.endedBefore, -1e9, 1e9);
        add("ended_ns < " + std::to_string(times.originNs + fromSeconds(bounded).count()));
    }
    if (!query.text.empty()) add("request IN (SELECT request FROM found)");
    return where;
}

/// `text` anywhere, as LIKE has it: without regard to the case of ASCII letters.
std::string patternOf(const std::string& text) {
    std::string out = "%";
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\') out += '\\';
        out += c;
    }
    return out + '%';
}

} // namespace

Status RequestPages::find(const std::string& text, const std::function<bool()>& superseded) {
    found_.reset();
    for (const char* sql : {"PRAGMA temp_store=MEMORY", "CREATE TEMP TABLE IF NOT EXISTS found(request INTEGER PRIMARY KEY)",
                            "DELETE FROM temp.found"})
        if (auto status = file_.exec(sql); !status) return status;
    const auto last = file_.value("SELECT max(request) FROM requests");
    if (!last) return last.error();
    const auto pattern = patternOf(text);
    auto query = file_.prepare(
        "INSERT INTO temp.found SELECT r.request FROM requests r LEFT JOIN texts t ON t.request = r.request"
        " WHERE r.request >= ? AND r.request <= ? AND (r.custom_id LIKE CAST(? AS TEXT) ESCAPE '\\'"
        " OR r.message LIKE CAST(? AS TEXT) ESCAPE '\\' OR t.prompt LIKE CAST(? AS TEXT) ESCAPE '\\'"
        " OR t.text LIKE CAST(? AS TEXT) ESCAPE '\\')");
    if (!query) return query.error();
    auto from = file_.value("SELECT min(request) FROM requests");
    if (!from) return from.error();
    for (std::int64_t at = from->toLongLong(); !last->isNull();) {
        if (superseded && superseded()) return Error{"another question came"};
        // A file from elsewhere may hold any number that there is.
        constexpr auto greatest = std::numeric_limits<std::int64_t>::max();
        const auto until = at > greatest - stretch ? greatest : at + stretch - 1;
        query->bindValue(0, static_cast<qint64>(at));
        query->bindValue(1, static_cast<qint64>(until));
        for (int place = 2; place < 6; ++place)
            query->bindValue(place, textValue(pattern));
        if (auto status = file_.run(*query); !status) return status;
        // Straight to the next one that there is: a file from elsewhere may have numbers far apart.
        const auto next = file_.value("SELECT min(request) FROM requests WHERE request > " + std::to_string(until));
        if (!next) return next.error();
        if (next->isNull() || next->toLongLong() <= at) break;
        at = next->toLongLong();
    }
    found_ = text;
    return okStatus();
}

Result<std::uint64_t> RequestPages::count(const std::string& where) {
    if (const auto known = counts_.find(where); known != counts_.end()) return known->second;
    if (counts_.size() >= mostCounts) counts_.clear();
    const auto counted = file_.value("SELECT count(*) FROM requests" + where);
    if (!counted) return counted.error();
    return counts_[where] = counted->toULongLong();
}

Result<RequestPage> RequestPages::page(const RequestQuery& query, const std::function<bool()>& superseded) {
    if (query.text.size() > longestText) return Error{"the text to look for is too long; give a part of it"};
    const ReadTransaction state(file_);
    const auto version = file_.value("PRAGMA data_version");
    if (!version) return version.error();
    if (version_ != version->toLongLong()) {
        version_ = version->toLongLong();
        found_.reset();
        counts_.clear();
    }
    if (!query.text.empty() && found_ != query.text) {
        counts_.clear();
        if (auto status = find(query.text, superseded); !status) return status.error();
    }
    const auto times = readRunTimes(file_);
    if (!times) return times.error();
    const auto where = whereOf(query, *times);
    const auto total = count(where);
    if (!total) return total.error();

    RequestPage out;
    out.total = *total;
    out.offset = query.offset;
    const auto offset = std::min<std::uint64_t>(query.offset, 1u << 30);
    const auto limit = std::min(query.limit, mostRows);
    std::vector<RequestId> ids;
    // The ids alone first: deep in the list they come from an index without a look at the rows.
    auto status = eachRow(file_,
                          "SELECT request FROM requests" + where + orderBy(query.order, query.descending) + " LIMIT " +
                              std::to_string(limit) + " OFFSET " + std::to_string(offset),
                          [&](const QSqlQuery& row) { ids.push_back(static_cast<RequestId>(row.value(0).toLongLong())); });
    if (!status) return status.error();
    auto rows = readRequestRows(file_, *times, ids);
    if (!rows) return rows.error();
    out.rows = std::move(*rows);
    return out;
}

} // namespace penstock::record
