#pragma once

#include "engine/simulator/http/exchange.h"
#include "engine/simulator/http/http1_parser.h"
#include "engine/simulator/http/protocol.h"

namespace penstock::http {

class Http1Session;

/// An HTTP/1.1 request and its answer.
class Http1Exchange final : public Exchange {
public:
    Http1Exchange(std::shared_ptr<Connection> connection, Http1Session& session, ServerRequest request,
                  bool closeAfter);

    void head(int status, const Headers& headers) override;
    void write(std::string_view bytes) override;
    void finish() override;
    void reset(std::uint32_t errorCode) override;
    void goAwayUnprocessed() override;
    std::size_t pendingBytes() const override;

private:
    enum class Framing { Unknown, None, Length, Chunked, UntilClose };

    Http1Session* session_;              ///< lives while the exchange does
    Framing framing_ = Framing::Unknown; ///< Unknown until head()
    std::uint64_t lengthLeft_ = 0;
    bool closeAfter_;
};

/// HTTP/1.1 on one connection: requests in order, the next one read when the one before is answered.
class Http1Session final : public Protocol {
public:
    explicit Http1Session(Connection& connection);

    void receive(std::string_view bytes) override;
    bool wantsInput() const override { return !active_ && !over_ && held_.empty(); }
    bool holdsInput() const override { return !active_ && !over_ && !held_.empty(); }
    void proceed() override;
    void fill(std::string&, std::size_t) override {} // answers are written to the connection as they come
    bool over() const override { return over_; }
    void goAway() override {}
    std::vector<std::shared_ptr<Exchange>> abandon() override;

    void answered(bool closeAfter);

private:
    void parse(std::string_view& bytes);
    void refuse(int status);

    Connection& connection_;
    Http1Parser parser_;
    std::shared_ptr<Http1Exchange> active_;
    std::string held_;          ///< what came behind the request that is being answered
    std::size_t heldTaken_ = 0; ///< of held_, from its front
    std::uint64_t requests_ = 0;
    bool over_ = false;
};

} // namespace penstock::http
