#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::http {

class Exchange;

/// What HTTP/1.1 or HTTP/2 makes of one connection's bytes. Belongs to its Connection, which calls it from the event
/// loop only; handlers are therefore never called from inside an exchange's own function.
class Protocol {
public:
    virtual ~Protocol() = default;

    virtual void receive(std::string_view bytes) = 0;
    /// False while bytes should stay in the socket.
    virtual bool wantsInput() const = 0;
    /// Bytes received earlier can be gone on with now.
    virtual bool holdsInput() const { return false; }
    /// Goes on with what had to wait, and tells the exchanges that ended in the meantime.
    virtual void proceed() = 0;
    /// Appends bytes to send, about `room` at most.
    virtual void fill(std::string& out, std::size_t room) = 0;
    /// Nothing more will be said: the connection closes once its bytes are sent.
    virtual bool over() const = 0;
    /// No new requests; those already handed over are answered.
    virtual void goAway() = 0;
    /// Gives up every exchange, and returns those that a handler has seen and not ended.
    virtual std::vector<std::shared_ptr<Exchange>> abandon() = 0;
};

} // namespace penstock::http
