#include "engine/run/attempt.h"

#include "engine/run/ids.h"

#include <algorithm>

namespace penstock {

namespace {

std::string seconds(Nanos d) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g s", toSeconds(d));
    return text;
}

Outcome outcomeOf(OutcomeKind kind, std::string message) {
    Outcome outcome;
    outcome.kind = kind;
    outcome.message = std::move(message);
    return outcome;
}

} // namespace

Attempt::Attempt(AttemptServices& services, Permit permit, std::shared_ptr<const Knobs> knobs, Span span, Callbacks callbacks)
    : services_(services)
    , permit_(std::move(permit))
    , knobs_(std::move(knobs))
    , span_(std::move(span))
    , callbacks_(std::move(callbacks)) {}

Attempt::~Attempt() {
    if (decoder_) services_.decoders.giveBack(std::move(decoder_), *knobs_);
}

void Attempt::start(const Request& request, const std::string& path, const std::string& traceId, bool fresh) {
    streamed_ = request.stream;
    ExchangeRequest exchange;
    exchange.path = path;
    exchange.body = request.body;
    exchange.stream = request.stream;
    exchange.fresh = fresh;
    exchange.headers.emplace_back("traceparent", traceparent(traceId, span_.spanId));
    exchange_ = services_.transport.start(exchange, *this);
}

std::optional<Instant> Attempt::nextDue() const {
    if (ended_) return std::nullopt;
    const auto& stamps = span_.stamps;
    Instant due = *stamps.admitted + knobs_->attemptTimeout;
    if (!stamps.sent) due = std::min(due, *stamps.admitted + knobs_->connectTimeout);
    else if (!stamps.firstToken && !isError() && !terminalAt_) due = std::min(due, *stamps.sent + knobs_->firstTokenTimeout);
    if (lastByte_) due = std::min(due, *lastByte_ + knobs_->idleTimeout);
    if (terminalAt_) due = std::min(due, *terminalAt_ + tailBound);
    return due;
}

void Attempt::checkDeadlines(Instant now) {
    if (ended_) return;
    const auto& stamps = span_.stamps;
    const auto over = [&](const std::optional<Instant>& from, Nanos bound) { return from && *from + bound <= now; };

    if (terminalAt_) {
        // The answer is whole; only the end of the body is missing. That is no reason to throw it away.
        if (over(terminalAt_, tailBound) || over(lastByte_, knobs_->idleTimeout) || over(stamps.admitted, knobs_->attemptTimeout))
            end(now, outcomeOfBody(WireEnd{}));
        return;
    }
    if (over(stamps.admitted, knobs_->attemptTimeout))
        cancel(OutcomeKind::AttemptTimeout, "not complete within attempt-timeout (" + seconds(knobs_->attemptTimeout) + ")");
    else if (!stamps.sent && over(stamps.admitted, knobs_->connectTimeout))
        cancel(OutcomeKind::ConnectTimeout, "not connected and sent within connect-timeout (" + seconds(knobs_->connectTimeout) + ")");
    else if (stamps.sent && !stamps.firstToken && !isError() && over(stamps.sent, knobs_->firstTokenTimeout))
        cancel(OutcomeKind::FirstTokenTimeout, "no token within first-token-timeout (" + seconds(knobs_->firstTokenTimeout) + ")");
    else if (over(lastByte_, knobs_->idleTimeout))
        cancel(OutcomeKind::IdleTimeout, "silent for longer than idle-timeout (" + seconds(knobs_->idleTimeout) + ")");
}

void Attempt::cancel(OutcomeKind kind, std::string message) {
    if (ended_) return;
    auto outcome = outcomeOf(kind, std::move(message));
    outcome.status = head_.status;
    end(services_.clock.now(), std::move(outcome));
}

void Attempt::release() {
    // Before: what the freed slot admits is stamped inside release(), and must not seem to overlap.
    span_.stamps.released = services_.clock.now();
    permit_.release();
}

Completion Attempt::takeCompletion() { return decoder_ ? decoder_->takeCompletion() : Completion{}; }

void Attempt::onSent(Instant at, bool connectionNew, Nanos connect) {
    span_.stamps.sent = at;
    span_.connectionNew = connectionNew;
    span_.connect = connect;
    callbacks_.onSooner();
}

void Attempt::onHead(const ResponseHead& head) {
    head_ = head;
    span_.httpVersion = head.httpVersion;
    // Only an error's body is waited for by idle-timeout from here: a server may send its head at once and then queue the
    // request, which is what first-token-timeout is for.
    if (isError()) lastByte_ = services_.clock.now();
    if (!isError()) {
        decoder_ = services_.decoders.take(*knobs_);
        decoder_->reset(head.contentType, streamed_);
    }
    callbacks_.onSooner();
}

void Attempt::onBytes(Instant at, std::string_view bytes) {
    if (!span_.stamps.firstByte) span_.stamps.firstByte = at;
    span_.bytesReceived += bytes.size();
    lastByte_ = at;
    if (!decoder_) {
        errorBody_.append(bytes.substr(0, maxErrorBody - std::min(maxErrorBody, errorBody_.size())));
        return;
    }
    stampContent(at, decoder_->feed(bytes));
    const auto problem = decoder_->problem().kind;
    if (problem == OutcomeKind::TooLarge || problem == OutcomeKind::NotAStream) {
        auto outcome = decoder_->problem();
        outcome.status = head_.status;
        end(at, std::move(outcome));
        return;
    }
    if (!terminalAt_ && terminalSeen()) {
        terminalAt_ = at;
        callbacks_.onSooner();
    }
}

void Attempt::stampContent(Instant at, const Fed& fed) {
    auto& stamps = span_.stamps;
    if (fed.events > 0 && !stamps.firstEvent) stamps.firstEvent = at;
    if (fed.contentEvents == 0) return;
    if (!stamps.firstToken) {
        stamps.firstToken = at;
        services_.onFirstToken(span_);
    } else {
        const Nanos gap = at - *stamps.lastToken;
        span_.longestGap = std::max(span_.longestGap, gap);
        services_.onInterTokenGap(gap);
    }
    // Events that arrived in one read have no time between them.
    for (std::uint32_t i = 1; i < fed.contentEvents; ++i) services_.onInterTokenGap(Nanos{0});
    stamps.lastToken = at;
    span_.contentEvents += fed.contentEvents;
}

void Attempt::onEnd(Instant at, const WireEnd& wire) {
    if (ended_) return;
    if (isError() && !wire.failure) end(at, errorResponse());
    else if (isError() && wire.failure != OutcomeKind::Rejected) end(at, errorResponse()); // the status arrived; its body was cut
    else end(at, outcomeOfBody(wire));
}

Outcome Attempt::errorResponse() const {
    auto outcome = outcomeOf(kindOfStatus(head_.status), {});
    outcome.retryAfter = head_.retryAfter;
    const auto said = readErrorBody(errorBody_);
    outcome.code = said.code;
    outcome.message = "HTTP " + std::to_string(head_.status) + (said.message.empty() ? "" : ": " + said.message);
    outcome.status = head_.status;
    return outcome;
}

Outcome Attempt::outcomeOfBody(const WireEnd& wire) {
    Outcome outcome;
    if (decoder_ && !wire.failure) stampContent(lastByte_.value_or(services_.clock.now()), decoder_->finish());
    if (decoder_ && decoder_->problem().kind != OutcomeKind::Success) {
        outcome = decoder_->problem();
    } else if (decoder_ && decoder_->terminal() == Terminal::Done) {
        // The dialect's own terminal was seen: how the connection ended after it does not matter.
        outcome.kind = OutcomeKind::Success;
    } else if (wire.failure) {
        outcome = outcomeOf(*wire.failure, wire.message);
    } else {
        outcome = outcomeOf(OutcomeKind::CutStream, decoder_ ? "the stream ended without its terminal"
                                                             : "the response ended before it began");
    }
    outcome.status = head_.status;
    return outcome;
}

void Attempt::settleUsage() {
    if (decoder_) span_.usage = decoder_->completion().usage;
    if (streamed_ && span_.usage.kind != UsageKind::Exact && span_.contentEvents > 0) {
        // Servers send one token an event as a rule; it is a count of events all the same, and is called an estimate.
        span_.usage.kind = UsageKind::Estimated;
        span_.usage.output = span_.contentEvents;
    }
    if (!span_.outcome.success()) span_.wastedTokens = span_.usage.output.value_or(0);
}

void Attempt::end(Instant at, Outcome outcome) {
    ended_ = true;
    span_.outcome = std::move(outcome);
    // A server that repeats what it was sent must not get a key into a file of ours.
    services_.secrets.blot(span_.outcome.message);
    services_.secrets.blot(span_.outcome.code);
    services_.secrets.blot(head_.requestId);
    settleUsage();
    // Cancels what still goes on: HTTP/2 resets the stream, HTTP/1.1 closes the connection.
    exchange_.reset();
    span_.stamps.completed = std::max(at, services_.clock.now());
    // Moved out first: the call may destroy this attempt.
    const auto onEnded = std::move(callbacks_.onEnded);
    onEnded(*this);
}

} // namespace penstock
