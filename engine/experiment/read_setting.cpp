#include "engine/experiment/read_setting.h"

#include "engine/base/cost.h"
#include "engine/base/knobs_json.h"
#include "engine/base/percentile.h"
#include "engine/experiment/totals_curve.h"
#include "engine/record/pause_rows.h"
#include "engine/record/run_overview.h"
#include "engine/record/run_rows.h"
#include "engine/record/segment_replay.h"
#include "engine/record/windows.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace penstock {

namespace {

using namespace record;

constexpr double shortestBlock = 0.5;
constexpr double mostBlocks = 32;
constexpr std::uint64_t mostSamples = 5000;

/// A part of the window: of one session, in nanoseconds of the file's columns.
struct Stretch {
    int session = 1;
    std::int64_t startNs = 0, endNs = 0;
    std::int64_t at = 0;                         ///< where it begins on the axis of all stretches laid end to end
    double gapBefore = 0, connectionsBefore = 0; ///< totals of the stretches before it
    Pauses pauses;                               ///< counted from its start

    /// Nanoseconds from its start to `ns`, of which one outside of it counts at its end, without the pauses between.
    std::int64_t open(std::int64_t ns) const {
        const Nanos since{std::clamp(ns, startNs, endNs) - startNs};
        return (since - pauses.between(Nanos{0}, since)).count();
    }
};

class Reading {
public:
    Reading(const RunFile& file, const RunTimes& times, std::uint32_t segment)
        : file_(file)
        , times_(times)
        , segment_(segment) {}

    Result<MeasuredSetting> run() {
        auto info = readRunInfo(file_);
        if (!info) return info.error();
        out_.simulated = info->simulated;
        out_.runId = info->runId;
        const auto label = readLabel(file_);
        if (!label) return label.error();
        out_.runName = label->name;
        auto status = segment_ == 0 ? findWholeRun() : findSegment();
        if (!status) return status.error();
        layOut();
        cut();
        if (out_.blocks.empty()) return out_;
        for (auto step : {&Reading::countRequests, &Reading::countAttempts, &Reading::measureTotals, &Reading::measureTimes})
            if (status = (this->*step)(); !status) return status.error();
        return out_;
    }

private:
    Status findSegment() {
        const auto closed = file_.value("SELECT closed FROM sessions ORDER BY number DESC LIMIT 1");
        if (!closed) return closed.error();
        auto stored = closed->toBool() ? storedSegments(file_) : Result<std::optional<std::vector<SegmentFigures>>>(std::nullopt);
        if (!stored) return stored.error();
        if (!*stored) {
            auto replayed = replaySegments(file_, times_);
            if (!replayed) return replayed.error();
            *stored = std::move(*replayed);
        }
        const auto found = std::find_if((*stored)->begin(), (*stored)->end(), [&](const auto& f) { return f.number == segment_; });
        if (found == (*stored)->end()) return Error{"the run file " + file_.path() + " has no setting " + std::to_string(segment_)};
        const auto& knobs = found->knobs;
        out_.name = "cap " + std::to_string(knobs.maxConcurrency) + ", setting " + std::to_string(segment_);
        out_.cap = knobs.maxConcurrency;
        out_.costPerHour = knobs.costPerHour;
        out_.tokensBilled = knobs.outputTokenPrice > 0;
        out_.currency = knobs.currency;
        out_.knobs = knobs;
        if (found->windowSeconds <= 0) return okStatus();
        const auto session = file_.value("SELECT session FROM segments WHERE number = " + std::to_string(segment_));
        if (!session) return session.error();
        const auto ns = [&](double seconds) { return times_.originNs + fromSeconds(seconds).count(); };
        Stretch stretch;
        stretch.session = session->toInt();
        stretch.startNs = ns(found->start + found->settlingSeconds);
        stretch.endNs = ns(found->end);
        stretches_.push_back(std::move(stretch));
        if (auto status = addPauses(); !status) return status;
        const auto later = file_.value("SELECT count(*) FROM segments WHERE session = " + std::to_string(session->toInt()) +
                                       " AND number > " + std::to_string(segment_));
        if (!later) return later.error();
        endsSession_ = later->toInt() == 0;
        return okStatus();
    }

    Status findWholeRun() {
        const auto windows = readWindows(file_);
        if (!windows) return windows.error();
        out_.costPerHour = windows->costPerHour;
        for (const auto& segment : windows->segments) {
            out_.tokensBilled = out_.tokensBilled || segment.outputTokenPrice > 0;
            out_.cap = std::max(out_.cap, segment.maxConcurrency);
            out_.currency = segment.currency;
        }
        out_.name = "whole run, cap " + std::to_string(out_.cap);
        if (auto status = readOneSetting(); !status) return status;
        out_.pausedSeconds = static_cast<double>(windows->pausedNs) / 1e9;
        double gap = 0, connections = 0;
        for (const auto& window : windows->sessions) {
            Stretch stretch;
            stretch.session = window.session;
            stretch.startNs = window.startNs;
            stretch.endNs = window.endNs;
            stretch.gapBefore = gap;
            stretch.connectionsBefore = connections;
            stretches_.push_back(std::move(stretch));
            auto status = eachRow(file_, "SELECT gap_ns, connections_opened FROM sessions WHERE number = " + std::to_string(window.session),
                                  [&](const QSqlQuery& row) {
                                      gap += row.value(0).toDouble() / 1e9;
                                      connections += row.value(1).toDouble();
                                  });
            if (!status) return status;
        }
        return addPauses();
    }

    /// The knobs of a run in which none was turned.
    Status readOneSetting() {
        bool one = true;
        std::optional<Knobs> first;
        auto status = eachRow(file_, "SELECT CAST(knobs AS BLOB) FROM segments ORDER BY session, number", [&](const QSqlQuery& row) {
            Knobs knobs;
            const auto kept = nlohmann::json::parse(textOf(row.value(0)), nullptr, false);
            one = one && applyJson(kept, knobs) && (!first || *first == knobs);
            first = knobs;
        });
        if (one) out_.knobs = first;
        return status;
    }

    Status addPauses() {
        for (auto& stretch : stretches_) {
            auto pauses = readPauses(file_, stretch.session, stretch.startNs);
            if (!pauses) return pauses.error();
            stretch.pauses = std::move(*pauses);
        }
        return okStatus();
    }

    /// Lays the stretches end to end, on the clock that stands still during a pause.
    void layOut() {
        for (auto& stretch : stretches_) {
            stretch.at = length_;
            length_ += stretch.open(stretch.endNs);
        }
    }

    /// Makes the blocks, which cover the window wholly.
    void cut() {
        if (length_ <= 0) return;
        const double seconds = static_cast<double>(length_) / 1e9;
        const auto count = static_cast<std::size_t>(std::clamp(std::floor(seconds / shortestBlock), 1.0, mostBlocks));
        out_.blocks.resize(count);
        out_.blockSeconds = seconds / static_cast<double>(count);
    }

    /// Where a moment of a session lies on the axis; one outside of its stretch counts at its end.
    std::optional<std::int64_t> place(int session, std::int64_t ns) const {
        for (const auto& stretch : stretches_)
            if (stretch.session == session) return stretch.at + stretch.open(ns);
        return std::nullopt;
    }
    MeasuredSetting::Block* blockAt(int session, std::int64_t ns) {
        const auto at = place(session, ns);
        if (!at) return nullptr;
        const auto index = static_cast<std::size_t>(static_cast<long double>(*at) * static_cast<long double>(out_.blocks.size()) / static_cast<long double>(length_));
        return &out_.blocks[std::min(index, out_.blocks.size() - 1)];
    }

    /// The attempts whose moment `column` belongs to the window.
    std::string attemptsOf(const std::string& column) const {
        return " FROM attempts WHERE " + (segment_ == 0 ? column + " IS NOT NULL" : inWindow(column));
    }

    /// Of the segment's rows, those whose moment `column` lies in its window.
    std::string inWindow(const std::string& column) const {
        const auto& window = stretches_.front();
        // One that is released as the window begins ended the settling.
        auto sql = "segment = " + std::to_string(segment_) + " AND session = " + std::to_string(window.session) + " AND " + column +
                   " >= " + std::to_string(window.startNs);
        // A session's window ends when its last attempt is completed, a moment before that one is released.
        if (!endsSession_) sql += " AND " + column + " <= " + std::to_string(window.endNs);
        return sql;
    }

    /// Requests that ended. A setting counts its successes by their attempts, as SegmentMeter does, the whole run by their
    /// requests, as its summary does.
    Status countRequests() {
        const auto which = segment_ != 0 ? inWindow("ended_ns") + " AND outcome != 'success' AND " + record::ended : std::string(record::ended);
        return eachRow(file_, "SELECT session, ended_ns, outcome = 'success' FROM requests WHERE " + which, [&](const QSqlQuery& row) {
            auto* block = blockAt(row.value(0).toInt(), row.value(1).toLongLong());
            if (block == nullptr) return;
            block->ended += 1;
            if (row.value(2).toBool()) block->successes += 1;
        });
    }

    Status countAttempts() {
        out_.tokensKnown = true;
        std::map<std::uint32_t, double> prices;
        auto status = eachRow(file_, "SELECT number, output_token_price FROM segments",
                              [&](const QSqlQuery& row) { prices[row.value(0).toUInt()] = row.value(1).toDouble(); });
        if (!status) return status;
        return eachRow(file_, "SELECT session, released_ns, attempt, outcome = 'success', output_tokens, usage_kind = 'unknown',"
                              " wasted_tokens, segment" + attemptsOf("released_ns"),
                       [&](const QSqlQuery& row) {
                           auto* block = blockAt(row.value(0).toInt(), row.value(1).toLongLong());
                           if (block == nullptr) return;
                           const bool success = row.value(3).toBool();
                           block->attempts += 1;
                           if (row.value(2).toInt() > 1) block->retries += 1;
                           if (segment_ != 0 && success) {
                               block->successes += 1;
                               block->ended += 1;
                           }
                           if (success) {
                               block->outputTokens += row.value(4).toDouble();
                               if (row.value(4).isNull() || row.value(5).toBool()) out_.tokensKnown = false;
                           }
                           const auto price = prices.find(row.value(7).toUInt());
                           if (price != prices.end())
                               block->avoidableCost += cost::avoidableCost(row.value(6).toLongLong(), price->second).value_or(0);
                       });
    }

    /// Gap and connections of each block, from the totals that stand beside what happened.
    Status measureTotals() {
        std::vector<std::int64_t> edges;
        const auto count = static_cast<std::int64_t>(out_.blocks.size());
        for (std::int64_t i = 0; i <= count; ++i)
            edges.push_back(static_cast<std::int64_t>(std::llround(static_cast<long double>(length_) * i / count)));
        TotalsCurve curve(edges);
        for (const auto& stretch : stretches_)
            if (auto status = addTotals(stretch, curve); !status) return status;
        const auto totals = curve.atEdges();
        for (std::size_t i = 0; i < out_.blocks.size(); ++i) {
            out_.blocks[i].gapSeconds = std::max(0.0, totals[i + 1].gapSeconds - totals[i].gapSeconds);
            out_.blocks[i].connections = std::max(0.0, totals[i + 1].connections - totals[i].connections);
        }
        return okStatus();
    }

    Status addTotals(const Stretch& stretch, TotalsCurve& curve) {
        const auto add = [&](std::int64_t ns, double gap, double connections) {
            if (ns < stretch.startNs || ns > stretch.endNs) return;
            curve.add({stretch.at + stretch.open(ns), stretch.gapBefore + gap, stretch.connectionsBefore + connections});
        };
        const auto of = " WHERE session = " + std::to_string(stretch.session);
        auto status = eachRow(file_, "SELECT released_ns, total_gap_ns, total_connections FROM attempts" + of + " AND released_ns IS NOT NULL",
                              [&](const QSqlQuery& row) { add(row.value(0).toLongLong(), row.value(1).toDouble() / 1e9, row.value(2).toDouble()); });
        if (!status) return status;
        bool first = true;
        std::uint32_t after = 0; // the setting that follows ours
        const auto begin = times_.sessionStart.find(stretch.session);
        const auto start = begin == times_.sessionStart.end() ? stretch.startNs : begin->second;
        status = eachRow(file_, "SELECT start_ns, gap_seconds, connections_opened, number FROM segments" + of + " ORDER BY number",
                         [&](const QSqlQuery& row) {
                             const bool opensSession = std::exchange(first, false);
                             if (row.value(3).toUInt() > segment_ && after == 0) after = row.value(3).toUInt();
                             // What a session opened before its first request counts for it.
                             if (opensSession || row.value(0).toLongLong() <= start) add(segment_ == 0 ? stretch.startNs : start, 0, 0);
                             else add(row.value(0).toLongLong(), row.value(1).toDouble(), row.value(2).toDouble());
                         });
        if (!status) return status;
        status = eachRow(file_, "SELECT elapsed_seconds, gap_seconds, connections_opened FROM samples" + of, [&](const QSqlQuery& row) {
            add(start + fromSeconds(std::clamp(row.value(0).toDouble(), 0.0, 1e9)).count(), row.value(1).toDouble(), row.value(2).toDouble());
        });
        if (!status) return status;
        if (segment_ != 0 && after != 0) return okStatus();
        // The session's end. Of the whole run it stands for all that came, as it does in the summary.
        return eachRow(file_, "SELECT gap_ns, connections_opened FROM sessions WHERE number = " + std::to_string(stretch.session),
                       [&](const QSqlQuery& row) { add(stretch.endNs, row.value(0).toDouble() / 1e9, row.value(1).toDouble()); });
    }

    /// The populations of the setting's own figures: who was admitted in the window, and whose first token came in it.
    Status measureTimes() {
        if (auto status = sample("admitted_ns - queued_ns", "admitted_ns", &MeasuredSetting::Block::tQueue, out_.tQueueP95); !status) return status;
        return sample("first_token_ns - sent_ns", "first_token_ns", &MeasuredSetting::Block::tFirstToken, out_.tFirstTokenP95);
    }

    Status sample(const std::string& expression, const std::string& moment, std::vector<double> MeasuredSetting::Block::*times,
                  std::optional<double>& p95) {
        const auto all = "SELECT " + expression + " AS v, session, " + moment + attemptsOf(moment) + " AND v IS NOT NULL";
        const auto counted = file_.value("SELECT count(*) FROM (" + all + ")");
        if (!counted) return counted.error();
        const auto count = counted->toULongLong();
        if (count == 0) return okStatus();
        const auto exact = file_.value(all + " ORDER BY v LIMIT 1 OFFSET " + std::to_string(nearestRank(count, 95) - 1));
        if (!exact) return exact.error();
        p95 = static_cast<double>(exact->toLongLong()) / 1e9;
        const auto every = (count + mostSamples - 1) / mostSamples;
        std::uint64_t row = 0;
        return eachRow(file_, all, [&](const QSqlQuery& value) {
            if (row++ % every != 0) return;
            if (auto* block = blockAt(value.value(1).toInt(), value.value(2).toLongLong()))
                (block->*times).push_back(value.value(0).toDouble() / 1e9);
        });
    }

    const RunFile& file_;
    const RunTimes& times_;
    const std::uint32_t segment_;
    std::vector<Stretch> stretches_;
    bool endsSession_ = false; ///< no setting of its session follows ours
    std::int64_t length_ = 0;
    MeasuredSetting out_;
};

} // namespace

Result<MeasuredSetting> readSetting(const std::string& path, std::uint32_t segment) {
    auto file = RunFile::openToRead(path);
    if (!file) return file.error();
    const ReadTransaction state(**file);
    const auto times = readRunTimes(**file);
    if (!times) return times.error();
    return Reading(**file, *times, segment).run();
}

} // namespace penstock
