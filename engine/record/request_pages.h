#pragma once

#include "engine/base/run_document.h"
#include "engine/record/run_file.h"
#include "engine/record/run_times.h"

#include <functional>

namespace penstock::record {

/// Answers queries for pages of requests of one run file. Keeps what makes the next page cheap: the counts, and the requests
/// in which a text was found. Belongs to the thread of its file.
class RequestPages {
public:
    explicit RequestPages(RunFile& file)
        : file_(file) {}

    /// `superseded` is asked between stretches of a long search; once it says true the answer is an Error that nobody reads.
    Result<RequestPage> page(const RequestQuery& query, const std::function<bool()>& superseded = {});

private:
    Status find(const std::string& text, const std::function<bool()>& superseded);
    Result<std::uint64_t> count(const std::string& where);

    RunFile& file_;
    std::optional<std::int64_t> version_; ///< of the file's content, as of what is kept below
    std::optional<std::string> found_;    ///< the text whose finds the temporary table `found` holds
    std::map<std::string, std::uint64_t> counts_;
};

/// All that is kept of one request; an Error when it has no result.
Result<RequestDetail> readDetail(RunFile& file, RequestId id);

} // namespace penstock::record
