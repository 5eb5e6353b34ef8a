#pragma once

#include "engine/simulator/http/exchange.h"
#include "engine/simulator/http/protocol.h"

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <map>

namespace penstock::http {

class Http2Session;

/// One HTTP/2 stream: the request as it comes in, the answer as it waits for flow control.
class Http2Exchange final : public Exchange {
public:
    Http2Exchange(std::shared_ptr<Connection> connection, Http2Session& session, std::int32_t streamId);

    void head(int status, const Headers& headers) override;
    void write(std::string_view bytes) override;
    void finish() override;
    void reset(std::uint32_t errorCode) override;
    void goAwayUnprocessed() override;
    std::size_t pendingBytes() const override { return body_.size() - bodySent_; }

private:
    friend class Http2Session;
    friend struct Http2Callbacks;

    /// Copies what waits, up to `length`, for one DATA frame. nghttp2's data source.
    ssize_t read(std::uint8_t* buffer, std::size_t length, std::uint32_t& flags);
    void resume();

    Http2Session* session_; ///< lives while the exchange does
    std::int32_t streamId_;
    std::size_t headBytes_ = 0;
    bool headComplete_ = false; ///< what follows are trailers
    bool refused_ = false;      ///< answered without a handler; what still comes in is thrown away
    bool dispatched_ = false;
    bool closed_ = false; ///< nghttp2 knows the stream no more
    bool headSent_ = false;
    bool finished_ = false;
    bool deferred_ = false; ///< nghttp2 waits for resume()
    std::string body_;      ///< of the answer
    std::size_t bodySent_ = 0;
};

/// HTTP/2 on one connection, on libnghttp2.
class Http2Session final : public Protocol {
public:
    explicit Http2Session(Connection& connection);
    ~Http2Session() override;

    void receive(std::string_view bytes) override;
    bool wantsInput() const override { return !broken_; }
    void proceed() override;
    void fill(std::string& out, std::size_t room) override;
    bool over() const override;
    void goAway() override { goAway(lastDispatched_); }
    std::vector<std::shared_ptr<Exchange>> abandon() override;

private:
    friend class Http2Exchange;
    friend struct Http2Callbacks;

    struct Event {
        bool ready; ///< a whole request; otherwise the stream's end before the answer's
        std::shared_ptr<Http2Exchange> exchange;
    };

    void goAway(std::int32_t lastStream);
    void dispatch(const std::shared_ptr<Http2Exchange>& exchange);
    void pump(std::string& out, std::size_t end);

    Connection& connection_;
    nghttp2_session* session_ = nullptr;
    std::map<std::int32_t, std::shared_ptr<Http2Exchange>> streams_;
    std::vector<Event> events_;                                  ///< for proceed()
    std::vector<std::pair<std::int32_t, std::uint32_t>> resets_; ///< sent once what was written before is
    std::int32_t lastDispatched_ = 0;
    std::int32_t goAwayLast_ = INT32_MAX;
    std::size_t waiting_ = 0; ///< answer bytes of all streams that are not framed yet
    bool broken_ = false;
};

} // namespace penstock::http
