#include "engine/run_archive.h"

#include "engine/base/mailbox.h"
#include "engine/base/record_csv.h"
#include "engine/base/work_thread.h"
#include "engine/experiment/experiment.h"
#include "engine/experiment/read_setting.h"
#include "engine/record/cut_off_runs.h"
#include "engine/record/request_pages.h"
#include "engine/record/run_export.h"
#include "engine/record/run_folders.h"
#include "engine/record/run_overview.h"
#include "engine/record/run_times.h"
#include "engine/record/sample_series.h"

#include <atomic>
#include <chrono>
#include <exception>
#include <filesystem>
#include <utility>

namespace penstock {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t mostListed = 1000;
constexpr std::chrono::milliseconds progressInterval{200};
/// Of the time that passes, the part that working out a running run's figures anew may take.
constexpr int refreshShare = 20;

record::Document documentOf(RunArchive::ExportKind kind) {
    switch (kind) {
    case RunArchive::ExportKind::ResultsJsonl: return record::Document::ResultsJsonl;
    case RunArchive::ExportKind::SpansCsv: return record::Document::SpansCsv;
    case RunArchive::ExportKind::RecordCsv: return record::Document::RecordCsv;
    case RunArchive::ExportKind::SummaryJson: return record::Document::SummaryJson;
    case RunArchive::ExportKind::RunFile:
    case RunArchive::ExportKind::Everything: break;
    }
    return record::Document::RunFile;
}

/// The present file, on the reader's thread.
struct Present {
    explicit Present(std::unique_ptr<record::RunFile> opened)
        : file(std::move(opened))
        , pages(*file) {}

    std::unique_ptr<record::RunFile> file;
    record::RequestPages pages;
    RunOverview overview;
    SteadyClock::time_point figuresAt{}; ///< when its figures were worked out, and how long that took
    SteadyClock::duration figuresTook{};
};

Result<RunOverview> readFigures(Present& present) {
    const auto begun = SteadyClock::now();
    auto overview = record::readOverview(*present.file);
    if (!overview) return overview;
    present.overview = *overview;
    present.figuresAt = SteadyClock::now();
    present.figuresTook = present.figuresAt - begun;
    return overview;
}

Result<ResultRecord> compareSides(const RunArchive::Side& baseline, const RunArchive::Side& controlled) {
    const auto before = readSetting(record::runFileAt(baseline.path), baseline.segment);
    if (!before) return before.error();
    const auto after = readSetting(record::runFileAt(controlled.path), controlled.segment);
    if (!after) return after.error();
    return compareSettings(*before, *after);
}

/// Makes the record from a copy of the run `source`. A baseline in the same run is read from the copy too.
record::RecordOf recordOf(const std::string& source, const std::optional<RunArchive::Against>& against) {
    if (!against) return {};
    return [source, against](const std::string& copy) {
        std::error_code failed;
        auto baseline = against->baseline;
        if (std::filesystem::equivalent(record::runFileAt(baseline.path), source, failed)) baseline.path = copy;
        return compareSides(baseline, {copy, against->segment});
    };
}

} // namespace

/// Two threads: one that reads the present file, and one for what may take long. Callbacks come home through the mailbox.
class RunArchive::Threads {
public:
    Threads() = default;
    ~Threads() {
        stopping_ = true;
        ++newestText_; // a search under way ends
    }

    template <typename T>
    using Work = std::function<Result<T>()>;

    /// `work` on the reader's thread, its answer to `done` on the owner's.
    template <typename T>
    void read(Callback<T> done, Work<T> work) {
        reader_.give(answering<T>(std::move(done), std::move(work)));
    }
    template <typename T>
    void clerk(Callback<T> done, Work<T> work, int key = 0) {
        clerk_.give(answering<T>(std::move(done), std::move(work)), key);
    }

    Result<RunOverview> open(const std::string& path) {
        auto file = record::RunFile::openToRead(record::runFileAt(path));
        if (!file) return file.error();
        auto present = std::make_unique<Present>(std::move(*file));
        auto overview = readFigures(*present);
        if (!overview) return overview;
        if (present_ && present_->file->path() != present->file->path()) closePresent();
        present_ = std::move(present);
        return overview;
    }

    void closePresent() {
        if (!present_) return;
        const auto path = present_->file->path();
        present_.reset();
        record::RunFile::tidy(path);
    }

    Result<RunOverview> refresh() {
        return withPresent<RunOverview>([](Present& present) -> Result<RunOverview> {
            const bool due = SteadyClock::now() - present.figuresAt >= present.figuresTook * refreshShare;
            if (due || !present.overview.live) return readFigures(present);
            auto overview = record::readOverview(*present.file, record::Recompute::No);
            if (!overview) return overview;
            // The end has written its own; until then those of a moment ago.
            if (!overview->summary) overview->summary = present.overview.summary;
            if (overview->segments.empty()) overview->segments = present.overview.segments;
            return overview;
        });
    }

    void page(const RequestQuery& query, Callback<RequestPage> done) {
        // Not so for each call: a table that is brought up to date more often than a search takes would never see its end.
        if (std::exchange(searched_, query.text) != query.text) ++newestText_;
        const std::uint64_t mine = newestText_;
        auto kept = std::make_shared<Callback<RequestPage>>(std::move(done));
        reader_.give(
            [this, query, mine, kept]() mutable {
                const auto superseded = [this, mine] { return mine != newestText_; };
                auto page = withPresent<RequestPage>([&](Present& present) { return present.pages.page(query, superseded); });
                post_([superseded, kept = std::move(kept), page = std::make_shared<Result<RequestPage>>(std::move(page))] {
                    if (!superseded()) (*kept)(std::move(*page));
                });
            },
            pageKey);
    }

    void exportTo(ExportKind kind, const std::string& path, std::function<void(double)> progress, Callback<Exported> done,
                  std::optional<Against> against) {
        const auto mine = ++newestExport_;
        auto told = std::make_shared<std::function<void(double)>>(std::move(progress));
        // By way of the reader, who knows what the present file is.
        reader_.give([this, kind, path, mine, against = std::move(against), told = std::move(told), done = std::move(done)]() mutable {
            const auto source = present_ ? present_->file->path() : std::string();
            // Held by the callback too, so that it goes with it on the owner's thread.
            clerk<Exported>([told, done = std::move(done)](Result<Exported> written) { done(std::move(written)); }, [this, kind, path, mine, source, against, told = std::move(told)]() -> Result<Exported> {
                if (source.empty()) return noFile();
                return write(kind, source, path, recordOf(source, against), [this, mine, told, last = SteadyClock::time_point{}](double share) mutable {
                    if (stopping_ || mine <= cancelledExport_) return false;
                    if (const auto now = SteadyClock::now(); now - last >= progressInterval) {
                        last = now;
                        post_([told, share] {
                            if (*told) (*told)(share);
                        });
                    }
                    return true;
                });
            });
        });
    }
    void cancelExport() { cancelledExport_ = newestExport_.load(); }

    Result<std::vector<RunListing>> list(const std::vector<std::string>& folders) {
        std::vector<RunListing> out;
        for (const auto& path : record::runFilesBelow(folders, mostListed)) {
            if (stopping_) break;
            out.push_back(record::readListing(path));
        }
        return out;
    }

    bool stopping() const { return stopping_; }

    template <typename T>
    Result<T> withPresent(const std::function<Result<T>(Present&)>& ask) {
        return present_ ? ask(*present_) : Result<T>(noFile());
    }

    static constexpr int comparisonKey = 1; ///< of the clerk's

private:
    static constexpr int pageKey = 1; ///< of the reader's

    static Error noFile() { return Error{"no run is open"}; }

    /// A file from who knows where may ask for more memory than there is: that is told, like all else.
    template <typename T>
    static Result<T> guarded(const Work<T>& work) {
        try {
            return work();
        } catch (const std::exception& problem) {
            return Error{std::string("the run cannot be read: ") + problem.what()};
        }
    }

    /// The callback is kept apart from the work, which goes first, and handed over with the answer: what it holds is destroyed
    /// on the owner's thread.
    template <typename T>
    WorkThread::Job answering(Callback<T> done, Work<T> work) {
        auto kept = std::make_shared<Callback<T>>(std::move(done));
        return [this, kept = std::move(kept), work = std::move(work)]() mutable {
            auto answer = std::make_shared<Result<T>>(guarded<T>(work));
            work = nullptr;
            post_([kept = std::move(kept), answer = std::move(answer)] { (*kept)(std::move(*answer)); });
        };
    }

    static Result<Exported> write(ExportKind kind, const std::string& source, const std::string& path, const record::RecordOf& record,
                                  const record::Pace& pace) {
        auto file = record::RunFile::openToRead(source);
        if (!file) return file.error();
        const auto written = kind == ExportKind::Everything ? record::exportEverything(**file, path, pace, record)
                                                            : record::exportDocument(**file, documentOf(kind), path, pace);
        if (!written) return written.error();
        Exported out{path, std::nullopt};
        if (kind != ExportKind::Everything) return out;
        auto copy = record::RunFile::openToRead(record::runFileAt(path));
        if (!copy) return copy.error();
        const auto overview = record::readOverview(**copy, record::Recompute::No);
        if (!overview) return overview.error();
        const auto times = record::readRunTimes(**copy);
        if (!times) return times.error();
        const auto last = times->sessionStart.rbegin();
        out.sessionSeconds = overview->lengthSeconds - (last == times->sessionStart.rend() ? 0 : times->seconds(last->second));
        return out;
    }

    Mailbox mailbox_;      ///< of the owner's thread
    std::string searched_; ///< by the last call for a page; owner's thread alone
    const Mailbox::Poster post_ = mailbox_.poster();
    std::atomic<bool> stopping_{false};
    std::atomic<std::uint64_t> newestText_{0}, newestExport_{0}, cancelledExport_{0};
    std::unique_ptr<Present> present_; ///< reader's thread alone
    // Last: they end before what they use. The reader gives to the clerk.
    WorkThread clerk_;
    WorkThread reader_{[this] { closePresent(); }};
};

RunArchive::RunArchive()
    : threads_(std::make_unique<Threads>()) {}

RunArchive::~RunArchive() = default;

void RunArchive::open(const std::string& path, Callback<RunOverview> done) {
    threads_->read<RunOverview>(std::move(done), [threads = threads_.get(), path] { return threads->open(path); });
}

void RunArchive::close() {
    threads_->read<bool>([](const Result<bool>&) {}, [threads = threads_.get()] {
        threads->closePresent();
        return Result<bool>(true);
    });
}

void RunArchive::refresh(Callback<RunOverview> done) {
    threads_->read<RunOverview>(std::move(done), [threads = threads_.get()] { return threads->refresh(); });
}

void RunArchive::requests(const RequestQuery& query, Callback<RequestPage> done) {
    threads_->page(query, std::move(done));
}

void RunArchive::detail(RequestId id, Callback<RequestDetail> done) {
    threads_->read<RequestDetail>(std::move(done), [threads = threads_.get(), id] {
        return threads->withPresent<RequestDetail>([id](Present& present) { return record::readDetail(*present.file, id); });
    });
}

void RunArchive::samples(std::size_t points, Callback<std::vector<Snapshot>> done) {
    using Series = std::vector<Snapshot>;
    threads_->read<Series>(std::move(done), [threads = threads_.get(), points] {
        return threads->withPresent<Series>([points](Present& present) { return record::readSamples(*present.file, points); });
    });
}

void RunArchive::setLabel(const std::string& path, const RunLabel& label, Callback<RunLabel> done) {
    threads_->read<RunLabel>(std::move(done), [path, label] { return record::writeLabel(record::runFileAt(path), label); });
}

void RunArchive::exportTo(ExportKind kind, const std::string& path, std::function<void(double)> progress, Callback<Exported> done,
                          std::optional<Against> against) {
    threads_->exportTo(kind, path, std::move(progress), std::move(done), std::move(against));
}

void RunArchive::exportRecord(const ResultRecord& record, const std::string& path, Callback<Exported> done) {
    threads_->clerk<Exported>(std::move(done), [record, path]() -> Result<Exported> {
        if (const auto written = record::exportText(recordCsv(record), path); !written) return written.error();
        return Exported{path, std::nullopt};
    });
}

void RunArchive::cancelExport() {
    threads_->cancelExport();
}

void RunArchive::list(const std::vector<std::string>& folders, Callback<std::vector<RunListing>> done) {
    using Listings = std::vector<RunListing>;
    threads_->clerk<Listings>(std::move(done), [threads = threads_.get(), folders] { return threads->list(folders); });
}

void RunArchive::compareAnew(const Side& baseline, const Side& controlled, Callback<ResultRecord> done) {
    threads_->clerk<ResultRecord>(std::move(done), [baseline, controlled] { return compareSides(baseline, controlled); },
                                  Threads::comparisonKey);
}

void RunArchive::cutOff(const std::vector<std::string>& folders, Callback<std::vector<CutOffRun>> done) {
    using Runs = std::vector<CutOffRun>;
    threads_->clerk<Runs>(std::move(done), [threads = threads_.get(), folders]() -> Result<Runs> {
        return record::cutOffRunsBelow(folders, [threads] { return threads->stopping(); });
    });
}

void RunArchive::compare(const Side& baseline, const Side& controlled, Callback<ResultRecord> done) {
    threads_->clerk<ResultRecord>(std::move(done), [baseline, controlled] { return compareSides(baseline, controlled); });
}

} // namespace penstock
