#include "engine/simulator/completions.h"

#include "engine/simulator/answers.h"
#include "engine/simulator/chat_format.h"
#include "engine/simulator/model/seeded.h"

#include <cstdio>

namespace penstock::simulator {

namespace {

/// A client that asks for a stream and does not read it may make us hold this much.
constexpr std::size_t mostUnreadBytes = 16u << 20;

constexpr std::uint32_t http2InternalError = 2;

/// Whole seconds, as Retry-After has them, rounded up; at least one.
int retryAfterSeconds(Nanos wait) {
    constexpr auto longest = std::chrono::seconds{std::chrono::hours{1}};
    return static_cast<int>(
        std::clamp(std::chrono::ceil<std::chrono::seconds>(wait), std::chrono::seconds{1}, longest).count());
}

ApiError tooManyRequests(std::string message, std::string code, Nanos wait) {
    ApiError error;
    error.status = 429;
    error.type = "rate_limit_error";
    error.message = std::move(message);
    error.code = std::move(code);
    error.retryAfterSeconds = retryAfterSeconds(wait);
    return error;
}

std::string callId(std::uint64_t seed, std::uint64_t ordinal) {
    char text[40];
    std::snprintf(text, sizeof text, "chatcmpl-sim-%016llx", static_cast<unsigned long long>(mix(seed, ordinal)));
    return text;
}

} // namespace

/// One request from its receipt to its end.
struct CompletionCall {
    std::uint64_t ordinal;
    std::shared_ptr<http::ServerExchange> exchange;
    Fault fault;
    // From its acceptance on:
    bool streamed = false, includeUsage = false;
    std::int64_t promptTokens = 0;
    std::optional<AnswerPlan> plan;
    std::optional<ChatFormat> format;
    SequenceId sequence = 0;
    std::string text; ///< gathered where the answer is not streamed

    const char* finishReason() const { return plan->cut() ? "length" : "stop"; }
    /// The fault comes with this token.
    bool faultyAt(std::int64_t tokensDone) const {
        const bool inMidStream =
            fault.kind == FaultKind::Cut || fault.kind == FaultKind::Stall || fault.kind == FaultKind::ErrorEvent;
        return inMidStream && tokensDone == std::max<std::int64_t>(1, fault.afterTokens(plan->tokens()));
    }
};

Completions::Completions(const Clock& clock, const SimulatorOptions& options, ConnectDelay& connectDelay)
    : clock_(clock)
    , options_(options)
    , connectDelay_(connectDelay)
    , faults_(options)
    , limits_(options.requestsPerMinute, options.tokensPerMinute)
    , batch_(clock, options, [this](const Batch::Token& token) { onToken(token); }) {}

Completions::~Completions() = default;

void Completions::handle(std::shared_ptr<http::ServerExchange> exchange) {
    forgetDrained();
    counters_.received();
    const std::uint64_t ordinal = ++lastOrdinal_;
    const auto call = std::make_shared<CompletionCall>();
    call->ordinal = ordinal;
    call->exchange = std::move(exchange);
    calls_.emplace(ordinal, call);
    call->exchange->setOnGone([this, ordinal] { onGone(ordinal); });
    connectDelay_.pass(call->exchange->connection().id(), [this, call] {
        if (calls_.contains(call->ordinal)) begin(call);
    });
}

void Completions::begin(const CallPtr& call) {
    auto parsed = parseChatRequest(call->exchange->request().body);
    if (const auto* error = std::get_if<ApiError>(&parsed)) {
        ++counters_.badRequests;
        return refuse(call, *error);
    }
    const auto& request = std::get<ChatRequest>(parsed);
    if (request.promptTokens >= options_.kvTokens) {
        ++counters_.badRequests;
        ApiError error =
            badField("messages", "hold " + std::to_string(request.promptTokens) +
                                     " tokens (4 bytes each); this model's context is " +
                                     std::to_string(options_.kvTokens) + " tokens, the simulator's --kv-tokens");
        error.code = "context_length_exceeded";
        return refuse(call, error);
    }

    call->fault = faults_.draw(call->ordinal);
    if (meetFaultAtTheDoor(call)) return;

    call->streamed = request.stream;
    call->includeUsage = request.includeUsage;
    call->promptTokens = request.promptTokens;
    call->plan.emplace(options_.seed, request.prompt, options_.defaultOutputTokens, request.maxTokens,
                       options_.kvTokens - request.promptTokens);
    const std::int64_t tokens = call->promptTokens + call->plan->tokens();
    if (!limits_.mayEverFit(tokens)) {
        ++counters_.badRequests;
        ApiError error =
            badField("messages", "ask for " + std::to_string(tokens) + " tokens with the answer; the limit is " +
                                     std::to_string(options_.tokensPerMinute) + " tokens a minute");
        error.code = "request_too_large";
        return refuse(call, error);
    }
    // The waiting room first: only what can be let in counts against the limits.
    if (const auto wait = batch_.full()) {
        ++counters_.rejectedWaitingRoom;
        return refuse(call,
                      tooManyRequests("The simulated server's waiting room is full.", "waiting_room_full", *wait));
    }
    if (const auto wait = limits_.admit(clock_.now(), tokens)) {
        ++counters_.rejectedRateLimit;
        return refuse(call, tooManyRequests("The simulated server's limit of requests or tokens a minute is reached.",
                                            "rate_limit_exceeded", *wait));
    }
    accept(call);
}

bool Completions::meetFaultAtTheDoor(const CallPtr& call) {
    switch (call->fault.kind) {
    case FaultKind::TooManyRequests:
        ++counters_.fault(call->fault.kind);
        refuse(call,
               tooManyRequests("A simulated fault: too many requests.", "simulated_fault", std::chrono::seconds{1}));
        return true;
    case FaultKind::ServerError: {
        ++counters_.fault(call->fault.kind);
        ApiError error;
        error.status = call->fault.serverErrorStatus();
        error.type = "server_error";
        error.code = "simulated_fault";
        error.message = "A simulated fault: server error.";
        refuse(call, error);
        return true;
    }
    case FaultKind::Drop:
        ++counters_.fault(call->fault.kind);
        cutOff(call);
        return true;
    default:
        return false;
    }
}

void Completions::refuse(const CallPtr& call, const ApiError& error) {
    answerError(*call->exchange, error);
    draining_.push_back(call->exchange);
    end(call);
}

void Completions::accept(const CallPtr& call) {
    counters_.promptTokens += static_cast<std::uint64_t>(call->promptTokens);
    const auto created = std::chrono::duration_cast<std::chrono::seconds>(clock_.wallNow().time_since_epoch()).count();
    call->format.emplace(callId(options_.seed, call->ordinal), created, call->includeUsage);
    call->sequence = batch_.enter({call->promptTokens, call->plan->tokens()});
    bySequence_.emplace(call->sequence, call);
    // As servers do: the status goes out with the acceptance, the role only with the first token.
    if (call->streamed) call->exchange->head(200, commonHeaders("text/event-stream; charset=utf-8"));
}

void Completions::onToken(const Batch::Token& token) {
    const auto it = bySequence_.find(token.sequence);
    if (it == bySequence_.end()) return;
    const CallPtr call = it->second;
    ++counters_.outputTokens;
    if (call->streamed) return streamToken(call, token);

    call->text += call->plan->piece(token.index);
    if (call->faultyAt(token.index + 1)) return meetFaultInMidStream(call);
    if (token.last) finishDocument(call);
}

void Completions::streamToken(const CallPtr& call, const Batch::Token& token) {
    std::string bytes;
    if (token.index == 0) bytes = call->format->roleEvent();
    // With one token in all there is no middle but the place before it.
    const bool faultBeforeText = call->fault.afterTokens(call->plan->tokens()) == 0;
    const bool faulty = call->faultyAt(token.index + 1);
    if (!(faulty && faultBeforeText)) bytes += call->format->contentEvent(call->plan->piece(token.index));
    call->exchange->write(bytes);
    if (faulty) return meetFaultInMidStream(call);
    if (token.last) return finishStream(call);
    if (call->exchange->pendingBytes() > mostUnreadBytes) {
        // Its client does not read: what it was sent is given up too.
        end(call);
        call->exchange->reset(http2InternalError);
    }
}

void Completions::finishStream(const CallPtr& call) {
    std::string bytes = call->format->finishEvent(call->finishReason());
    if (call->includeUsage) bytes += call->format->usageEvent(call->promptTokens, call->plan->tokens());
    bytes += ChatFormat::doneEvent();
    call->exchange->write(bytes);
    call->exchange->finish();
    succeed(call);
}

void Completions::finishDocument(const CallPtr& call) {
    answerJson(*call->exchange, 200,
               call->format->document(call->text, call->finishReason(), call->promptTokens, call->plan->tokens()));
    succeed(call);
}

void Completions::meetFaultInMidStream(const CallPtr& call) {
    ++counters_.fault(call->fault.kind);
    constexpr std::string_view message = "A simulated fault: the server gave up in mid-stream.";
    switch (call->fault.kind) {
    case FaultKind::Cut:
        if (!call->streamed) {
            // A document's head promises more bytes than come.
            const std::string document =
                call->format->document(call->text, call->finishReason(), call->promptTokens, call->plan->tokens());
            http::Headers headers = commonHeaders("application/json");
            headers.emplace_back("content-length", std::to_string(document.size()));
            call->exchange->head(200, headers);
            call->exchange->write(std::string_view(document).substr(0, document.size() / 2));
        }
        cutOff(call);
        return;
    case FaultKind::Stall:
        // Its slot is free again; the request stays live until its client gives up.
        batch_.leave(call->sequence);
        bySequence_.erase(call->sequence);
        return;
    default:
        break;
    }
    if (call->streamed) {
        call->exchange->write(ChatFormat::errorEvent(message) + ChatFormat::doneEvent());
        call->exchange->finish();
        draining_.push_back(call->exchange);
        end(call);
    } else {
        ApiError error;
        error.status = 500;
        error.type = "server_error";
        error.code = "simulated_fault";
        error.message = message;
        refuse(call, error);
    }
}

/// The client sees the answer end without its end: on HTTP/1.1 the connection closes after what was written.
void Completions::cutOff(const CallPtr& call) {
    draining_.push_back(call->exchange);
    end(call);
    if (call->exchange->request().httpVersion == "2")
        call->exchange->reset(http2InternalError);
    else
        call->exchange->connection().close();
}

void Completions::succeed(const CallPtr& call) {
    ++counters_.successes;
    draining_.push_back(call->exchange);
    end(call);
}

void Completions::onGone(std::uint64_t ordinal) {
    const auto it = calls_.find(ordinal);
    if (it == calls_.end()) return;
    const CallPtr call = it->second;
    ++counters_.clientsGone;
    end(call);
}

/// Out of the batch and out of the books; what is still draining stays live.
void Completions::end(const CallPtr& call) {
    if (call->sequence != 0) {
        batch_.leave(call->sequence);
        bySequence_.erase(call->sequence);
    }
    calls_.erase(call->ordinal);
}

/// Needed only before `live` is told or grows: a client cannot have read to the end of an answer, and ask again, before
/// the network has taken that answer's last byte.
void Completions::forgetDrained() {
    std::erase_if(draining_, [](const auto& exchange) { return exchange->pendingBytes() == 0; });
    counters_.live = static_cast<int>(calls_.size() + draining_.size());
}

const Counters& Completions::counters() {
    forgetDrained();
    return counters_;
}

void Completions::resetCounters() {
    forgetDrained();
    counters_.reset();
    preemptionsBefore_ = batch_.preemptions();
    recomputedBefore_ = batch_.recomputedTokens();
}

nlohmann::json Completions::batchState() const {
    return {{"slots", options_.slots},
            {"running", batch_.running()},
            {"waiting", batch_.waiting()},
            {"waiting_room", options_.waitingRoom},
            {"kv_used", batch_.kvUsed()},
            {"kv_tokens", options_.kvTokens},
            {"preemptions", batch_.preemptions() - preemptionsBefore_},
            {"recomputed_tokens", batch_.recomputedTokens() - recomputedBefore_}};
}

} // namespace penstock::simulator
