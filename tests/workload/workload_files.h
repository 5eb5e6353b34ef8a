#pragma once

#include "engine/workload/source.h"

#include <QTemporaryDir>

#include <functional>
#include <string>
#include <vector>

namespace penstock::test {

/// Workload files of one test, gone with it.
class WorkloadFiles {
public:
    /// Writes (or writes anew) a file of that name and returns its path.
    std::string write(const std::string& name, const std::string& bytes) const;
    std::string path(const std::string& name) const;
    static std::string read(const std::string& path);

private:
    QTemporaryDir dir_;
};

WorkloadOptions optionsFor(const std::string& path, WorkloadFormat format = WorkloadFormat::Auto);

/// `text` with each occurrence of the folder's path taken out, for comparing messages.
std::string without(std::string text, const std::string& part);

/// Everything that a source yielded, in the order in which it came.
struct Drained {
    std::vector<Request> requests;
    std::string error; ///< of next(); empty when it ended well
};

/// What becomes of a request; nullopt: it failed.
using Answerer = std::function<std::optional<Completion>(const Request&)>;

/// Takes all requests, answers each at once, and takes what finished() brings. Waits in the event loop while the reader
/// is behind.
Drained drain(RequestSource& source, const Answerer& answer);

/// Checks, opens and drains; a failure of either of the first two is the error. Answers are `answer to CUSTOM_ID`.
Drained runThrough(const WorkloadOptions& options);

/// Waits until the one reader of this process has nothing to do but wait for room. False when it never does.
bool readerWaitsForRoom();

Completion answerOf(const std::string& text);

/// Bodies longer than the figure are a sanitizer's or a debug build's burden: megabytes to make of a big file here.
std::size_t bigMegabytes(std::size_t plain);

} // namespace penstock::test
