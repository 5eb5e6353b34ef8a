#include "ui/tables/waterfall.h"

#include <algorithm>
#include <cmath>

namespace penstock::ui {

namespace {

using Kind = WaterfallPiece::Kind;

class Builder {
public:
    Builder(double zero, std::vector<WaterfallPiece>& out)
        : zero_(zero)
        , out_(out) {
        out_.clear();
    }

    void add(Kind kind, double from, double to) {
        if (!(to > from)) return;
        out_.push_back({kind, from - zero_, to - zero_});
        end_ = std::max(end_, to - zero_);
    }
    /// A failure of no length is still one to see.
    void mark(double at) {
        out_.push_back({Kind::Failed, at - zero_, at - zero_});
        end_ = std::max(end_, at - zero_);
    }
    double end() const { return end_; }

private:
    double zero_;
    std::vector<WaterfallPiece>& out_;
    double end_ = 0;
};

} // namespace

double waterfallPieces(const std::vector<AttemptBar>& attempts, std::vector<WaterfallPiece>& out) {
    std::optional<double> zero;
    for (const auto& each : attempts)
        for (const auto& stamp : {each.queued, each.admitted, each.sent, each.completed})
            if (stamp && (!zero || *stamp < *zero)) zero = stamp;
    Builder build(zero.value_or(0), out);
    std::optional<double> before;
    for (const auto& each : attempts) {
        if (before && each.queued) build.add(Kind::BackOff, *before, *each.queued);
        const bool ok = each.outcome == OutcomeKind::Success;
        std::optional<double> reached = each.queued;
        const auto step = [&](Kind kind, const std::optional<double>& to) {
            if (!to) return;
            if (reached) build.add(kind, *reached, *to);
            reached = to;
        };
        step(Kind::Queue, each.admitted);
        step(Kind::Connection, each.sent);
        step(Kind::FirstToken, each.firstToken);
        step(Kind::Stream, each.lastToken);
        const auto end = each.completed ? each.completed : each.released;
        if (ok) {
            step(Kind::Post, end);
        } else if (end) {
            if (reached && *end > *reached)
                build.add(Kind::Failed, *reached, *end);
            else
                build.mark(*end);
            reached = end;
        }
        before = reached;
    }
    return build.end();
}

double waterfallPieces(const ActiveRequest& request, double now, std::vector<WaterfallPiece>& out) {
    Builder build(request.queued, out);
    const auto end = std::max(now, request.queued);
    const auto admitted = request.admitted, sent = request.sent, first = request.firstToken;
    if (request.stage == ActiveRequest::Stage::BackingOff) {
        // When the attempt ended is not told: what is known of it, then the pause up to now.
        const auto last = first ? first : sent ? sent : admitted;
        if (admitted) build.add(Kind::Queue, request.queued, *admitted);
        if (admitted && sent) build.add(Kind::Connection, *admitted, *sent);
        if (sent && first) build.add(Kind::FirstToken, *sent, *first);
        if (last) build.mark(*last);
        build.add(Kind::BackOff, last.value_or(request.queued), end);
        return build.end();
    }
    build.add(Kind::Queue, request.queued, admitted.value_or(end));
    if (admitted) build.add(Kind::Connection, *admitted, sent.value_or(end));
    if (sent) build.add(Kind::FirstToken, *sent, first.value_or(end));
    if (first) build.add(Kind::Stream, *first, end);
    return build.end();
}

double waterfallStep(double span, int marks) {
    if (!(span > 0) || !std::isfinite(span) || marks < 1) return 0;
    const double least = span / marks;
    const double power = std::pow(10, std::floor(std::log10(least)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= least * (1 - 1e-9)) return factor * power;
    return 10 * power;
}

} // namespace penstock::ui
