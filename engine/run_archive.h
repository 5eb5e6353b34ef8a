#pragma once

#include "engine/base/result.h"
#include "engine/base/run_document.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace penstock {

/// Reads run files, finished ones and the one that is being written, on threads of its own: nothing here makes the caller
/// wait for the disk. Belongs to the thread that made it, which must run an event loop; every callback is called there, once,
/// unless the archive is destroyed first or the call says otherwise. Callbacks come in the order of the calls; but exports, lists
/// and comparisons, which may take long, have an order of their own and do not hold up the rest. Times in what it returns are
/// seconds of run time.
class RunArchive {
public:
    template <typename T>
    using Callback = std::function<void(Result<T>)>;

    RunArchive();
    /// Ends an export that is under way, whose file is then not left behind, and joins the threads.
    ~RunArchive();
    RunArchive(const RunArchive&) = delete;
    RunArchive& operator=(const RunArchive&) = delete;

    /// Opens `path` (a run file, or the folder that holds one) and makes it the present one. A file that is not a run, is
    /// damaged or of another format is an Error of one sentence that says what can be done.
    void open(const std::string& path, Callback<RunOverview> done);
    /// Forgets the present file.
    void close();

    /// A setting of a run; segment 0: the whole run.
    struct Side {
        std::string path;
        std::uint32_t segment = 0;
    };

    // Of the present file; an Error when there is none.

    /// The overview as of now: cheap while the run goes on.
    void refresh(Callback<RunOverview> done);
    /// A page of requests. A later call takes the place of one that has not begun, and with another text ends one that has
    /// begun: that one's callback is never called.
    void requests(const RequestQuery& query, Callback<RequestPage> done);
    void detail(RequestId id, Callback<RequestDetail> done);
    /// The time series, oldest first, thinned to at most `points` (the sharpest turn of each stretch is kept). Fields that
    /// the file does not hold are empty.
    void samples(std::size_t points, Callback<std::vector<Snapshot>> done);
    enum class ExportKind { RunFile, ResultsJsonl, SpansCsv, RecordCsv, SummaryJson, Everything };
    struct Exported {
        std::string path;
        std::optional<double> sessionSeconds; ///< of Everything: Snapshot::elapsedSeconds at the one moment of which it all is
    };
    /// A setting of the present run, held against another.
    struct Against {
        Side baseline;
        std::uint32_t segment = 0;
    };
    /// Writes a copy to `path` (Everything: a folder, made when missing), whole or not at all. `progress` (0..1) is called a
    /// few times a second. cancelExport() ends it with an Error. `against` is for Everything: its record.csv then has both
    /// sides, the present run's as it was at that one moment.
    void exportTo(ExportKind kind, const std::string& path, std::function<void(double)> progress, Callback<Exported> done,
                  std::optional<Against> against = {});
    void cancelExport();
    /// Writes a record as record.csv to `path`, whole or not at all: the figures that it holds, every digit. Of no file.
    void exportRecord(const ResultRecord& record, const std::string& path, Callback<Exported> done);

    // Of any file.

    /// The run files below `folders` (two levels deep, newest first, at most 1000).
    void list(const std::vector<std::string>& folders, Callback<std::vector<RunListing>> done);

    /// Those of them that a crash cut off and that can be resumed.
    void cutOff(const std::vector<std::string>& folders, Callback<std::vector<CutOffRun>> done);

    /// What a person says of a run; into its file.
    void setLabel(const std::string& path, const RunLabel& label, Callback<RunLabel> done);

    /// A setting of one run against a setting of another (or of the same).
    void compare(const Side& baseline, const Side& controlled, Callback<ResultRecord> done);
    /// One of a series, while a run goes on: a later one takes the place of one that has not begun, whose callback is then
    /// never called.
    void compareAnew(const Side& baseline, const Side& controlled, Callback<ResultRecord> done);

private:
    class Threads;
    std::unique_ptr<Threads> threads_;
};

} // namespace penstock
