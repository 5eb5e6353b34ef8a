#pragma once

#include "engine/base/result.h"
#include "engine/base/run_document.h"

#include <functional>

namespace penstock::ui {

/// Where a RequestModel gets its pages: a RunArchive in the program, a list in a test. Belongs to the GUI thread.
class RequestPages {
public:
    using Callback = std::function<void(Result<RequestPage>)>;

    virtual ~RequestPages() = default;

    /// Answers later, on the calling thread, and never from inside. A later call may take the place of one that has not
    /// begun, whose callback is then never called. The asker may be gone when the answer comes.
    virtual void fetch(const RequestQuery& query, Callback done) = 0;
};

/// RequestPages made of a function, e.g. `[&](auto& q, auto done) { archive.requests(q, std::move(done)); }`.
class RequestPagesFunction final : public RequestPages {
public:
    using Fetch = std::function<void(const RequestQuery&, Callback)>;
    explicit RequestPagesFunction(Fetch fetch)
        : fetch_(std::move(fetch)) {}
    void fetch(const RequestQuery& query, Callback done) override { fetch_(query, std::move(done)); }

private:
    Fetch fetch_;
};

} // namespace penstock::ui
