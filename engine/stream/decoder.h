#pragma once

#include "engine/base/completion.h"
#include "engine/base/outcome.h"
#include "engine/base/target.h"
#include "engine/stream/stream_limits.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace penstock {

/// How a body ended, as the dialect has it. `[DONE]`, `message_stop`, ... are all Done.
enum class Terminal {
    None,  ///< not yet, or never: the body ended without one (`eof`)
    Done,  ///< the dialect's own terminal, and no error before it
    Error, ///< an error event or error body, whatever else came
};

/// What one feed() brought, for stamping. Counts are of this feed alone.
struct Fed {
    std::uint32_t events = 0;        ///< events with a choice
    std::uint32_t contentEvents = 0; ///< events that carried generated content of any kind
};

/// What `penstock-cli decode` tells beside the completion. Indexes count every dispatched event from 0, the terminal
/// included.
struct DecodeFacts {
    /// The words of CONTRACT: `[DONE]` (also when an error came before it), `error`, `eof`; `json` for a whole JSON
    /// completion.
    std::string_view terminal = "eof";
    std::uint64_t events = 0;
    std::uint64_t comments = 0;
    bool incompleteAtEof = false;                 ///< the body ended inside an event, which was dropped
    std::optional<std::uint64_t> firstTokenEvent; ///< the first with generated content of any kind
    std::optional<std::uint64_t> firstTextEvent;  ///< the first with answer text
    bool numericErrorCode = false;                ///< problem().code was a number in JSON
};

/// Makes a Completion of the bytes of one 2xx response body, in one API dialect. Pure: knows no transport and no clock.
/// One per attempt; reusable after reset() without giving its memory back, but for what one unusually large response
/// took. Allocates nothing per event in steady state, but for the growth of the completion itself.
class Decoder {
public:
    virtual ~Decoder() = default;

    /// Makes it as new. `contentType` is the response's own, parameters included; it may be empty.
    /// `streamed` says what was asked for.
    virtual void reset(std::string_view contentType, bool streamed) = 0;

    /// Takes the next bytes, split anywhere. Once wantsMore() is false it takes and ignores them.
    virtual Fed feed(std::string_view bytes) = 0;

    /// The body is complete. Returns what the end itself brought (a JSON body is decoded here).
    virtual Fed finish() = 0;

    virtual Terminal terminal() const = 0;

    /// Whether more bytes could still tell something. False once the terminal was seen or the body cannot be an answer.
    /// It stays true after an error event: the usage that some servers report behind it makes wasted tokens exact.
    /// Nothing that comes then can undo the error.
    virtual bool wantsMore() const = 0;

    /// Why the body cannot be an answer: ErrorEvent, NotAStream or TooLarge, with code and message; Success while
    /// nothing is wrong. Never CutStream: only who knows that the body ended can tell, from terminal() after finish().
    virtual const Outcome& problem() const = 0;

    /// What was put together so far. Valid until the next reset().
    virtual const Completion& completion() const = 0;
    /// Moves the completion out; the decoder must be reset before it is used again.
    virtual Completion takeCompletion() = 0;

    virtual const DecodeFacts& facts() const = 0;
};

/// A decoder of `api`. `engineScratch` is shared by the decoders of one thread (the reused JSON parser).
class JsonScratch;
std::shared_ptr<JsonScratch> makeJsonScratch();
std::unique_ptr<Decoder> makeDecoder(Api api, const StreamLimits& limits, std::shared_ptr<JsonScratch> engineScratch);

/// The error that a non-2xx body tells of, in any of the shapes servers use ({"error": {...}}, {"message": ...},
/// {"detail": ...}, plain text, the title of a web page); bounded to 500 characters, control characters removed.
ServerMessage readErrorBody(std::string_view body);

} // namespace penstock
