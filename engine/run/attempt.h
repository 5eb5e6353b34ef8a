#pragma once

#include "engine/admission/permit.h"
#include "engine/base/clock.h"
#include "engine/base/knobs.h"
#include "engine/base/span.h"
#include "engine/run/decoder_pool.h"
#include "engine/run/secrets.h"
#include "engine/stream/decoder.h"
#include "engine/transport/transport.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace penstock {

/// Everything an attempt needs of its run; outlives it.
struct AttemptServices {
    const Clock& clock;
    Transport& transport;
    DecoderPool& decoders;
    const Secrets& secrets; ///< what no outcome's text may hold
    /// A gap between two consecutive content events of one stream.
    std::function<void(Nanos)> onInterTokenGap;
    /// The first token of an attempt; its stamp is set.
    std::function<void(const Span&)> onFirstToken;
};

/// One sending of one request: owns the Permit, one exchange and one decoder. Bytes go in; stamps, text and an Outcome come
/// out. It ends exactly once, through onEnded, whatever the network does, as long as its owner watches nextDue().
///
/// Ending on success waits for the end of the body, because the server holds the request until then; a server that sends
/// the terminal and then keeps the body open is waited for `tailBound`, and the proven success stands.
class Attempt final : private ExchangeListener {
public:
    static constexpr Nanos tailBound = std::chrono::seconds{2};
    /// What is read of the body of an error response.
    static constexpr std::size_t maxErrorBody = 64u << 10;

    /// `span` holds identity and the queued stamp. `knobs` are those of the segment in which it is admitted. `onEnded` may
    /// destroy the attempt. `onSooner` is called when nextDue() may have come nearer.
    struct Callbacks {
        std::function<void(Attempt&)> onEnded;
        std::function<void()> onSooner;
    };
    Attempt(AttemptServices& services, Permit permit, std::shared_ptr<const Knobs> knobs, Span span, Callbacks callbacks);
    ~Attempt() override;

    /// Puts the request on the network. `traceId` goes into the traceparent header. `fresh`: on a connection of its own.
    void start(const Request& request, const std::string& path, const std::string& traceId, bool fresh);

    /// When one of its deadlines runs out next; the attempt's own only, not the request's.
    std::optional<Instant> nextDue() const;
    /// Ends it when a deadline has run out by `now`.
    void checkDeadlines(Instant now);
    /// Ends it with this outcome: the slot is free and the exchange is cancelled when this returns.
    void cancel(OutcomeKind kind, std::string message);

    /// Gives the slot back and stamps `released`. Only after the end, once.
    void release();

    const Span& span() const { return span_; }
    /// What the stream has brought so far; null before its head.
    const Completion* partial() const { return decoder_ ? &decoder_->completion() : nullptr; }

    // After the end:
    const Outcome& outcome() const { return span_.outcome; }
    Span& span() { return span_; }
    Completion takeCompletion();
    const std::string& serverRequestId() const { return head_.requestId; }

private:
    void onSent(Instant at, bool connectionNew, Nanos connect) override;
    void onHead(const ResponseHead& head) override;
    void onBytes(Instant at, std::string_view bytes) override;
    void onEnd(Instant at, const WireEnd& end) override;

    bool isError() const { return head_.status != 0 && (head_.status < 200 || head_.status > 299); }
    bool terminalSeen() const { return decoder_ && decoder_->terminal() != Terminal::None; }
    void stampContent(Instant at, const Fed& fed);
    Outcome outcomeOfBody(const WireEnd& end);
    Outcome errorResponse() const;
    void settleUsage();
    void end(Instant at, Outcome outcome);

    AttemptServices& services_;
    Permit permit_;
    std::shared_ptr<const Knobs> knobs_;
    Span span_;
    Callbacks callbacks_;
    std::unique_ptr<Decoder> decoder_;
    std::unique_ptr<Exchange> exchange_;
    ResponseHead head_;
    std::string errorBody_;
    std::string requestedModel_;
    bool streamed_ = true;
    bool ended_ = false;
    std::optional<Instant> lastByte_;
    std::optional<Instant> terminalAt_;
};

} // namespace penstock
