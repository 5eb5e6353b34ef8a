#pragma once

#include "ui/tables/request_pages.h"

#include <algorithm>
#include <deque>
#include <vector>

namespace penstock::ui {

/// RequestPages over a list in memory; answers when told to.
class ListPages final : public RequestPages {
public:
    std::vector<RequestRow> rows; ///< in the order of their end
    std::vector<RequestQuery> asked;
    struct Waiting {
        RequestQuery query;
        Callback done;
    };
    std::deque<Waiting> waiting;
    /// When set, a list of this many made-up rows in place of `rows`.
    std::uint64_t madeUp = 0;

    void fetch(const RequestQuery& query, Callback done) override {
        asked.push_back(query);
        waiting.push_back({query, std::move(done)});
    }

    static RequestRow row(RequestId id, double ended, OutcomeKind outcome = OutcomeKind::Success, double inFlight = 1) {
        RequestRow out;
        out.id = id;
        out.customId = "req " + std::to_string(id);
        out.prompt = "prompt " + std::to_string(id);
        out.outcome = outcome;
        out.status = outcome == OutcomeKind::Success ? 200 : 500;
        out.segment = 1;
        out.tFirstToken = 0.2;
        out.tInFlight = inFlight;
        out.outputTokens = 100;
        out.usageKind = UsageKind::Exact;
        out.ended = ended;
        AttemptBar bar;
        bar.queued = ended - inFlight - 0.5;
        bar.admitted = ended - inFlight;
        bar.sent = ended - inFlight + 0.01;
        bar.firstToken = ended - inFlight + 0.2;
        bar.lastToken = ended - 0.01;
        bar.completed = ended;
        bar.released = ended;
        bar.outcome = outcome;
        out.attempts.push_back(bar);
        return out;
    }

    RequestPage pageOf(const RequestQuery& query) const {
        RequestPage page;
        page.offset = query.offset;
        if (madeUp > 0) {
            page.total = madeUp;
            for (auto i = query.offset; i < std::min<std::uint64_t>(madeUp, query.offset + query.limit); ++i) {
                const auto id = query.descending ? madeUp - 1 - i : i;
                page.rows.push_back(row(id, static_cast<double>(id)));
            }
            return page;
        }
        std::vector<RequestRow> match;
        for (const auto& each : rows) {
            if (!query.text.empty() && each.customId.find(query.text) == std::string::npos) continue;
            if (query.which == RequestQuery::Which::Failed && each.outcome == OutcomeKind::Success) continue;
            if (query.which == RequestQuery::Which::Succeeded && each.outcome != OutcomeKind::Success) continue;
            if (query.endedBefore && each.ended > *query.endedBefore) continue;
            match.push_back(each);
        }
        if (query.order == RequestQuery::Order::InFlight)
            std::stable_sort(match.begin(), match.end(),
                             [](const auto& a, const auto& b) { return a.tInFlight < b.tInFlight; });
        if (query.descending) std::reverse(match.begin(), match.end());
        page.total = match.size();
        for (auto i = query.offset; i < std::min<std::uint64_t>(match.size(), query.offset + query.limit); ++i)
            page.rows.push_back(match[i]);
        return page;
    }

    /// Answers the oldest question.
    void answer() {
        auto next = std::move(waiting.front());
        waiting.pop_front();
        next.done(pageOf(next.query));
    }
    /// Answers questions until none is left; the answers may bring new ones.
    int answerAll() {
        int answers = 0;
        for (; !waiting.empty() && answers < 1000; ++answers)
            answer();
        return answers;
    }
};

} // namespace penstock::ui
