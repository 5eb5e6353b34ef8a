#pragma once

#include "engine/simulator/http/server.h"

namespace penstock::http {

class Connection;

/// What an exchange is in both protocols: a request, a connection, and word of the client's going.
class Exchange : public ServerExchange, public std::enable_shared_from_this<Exchange> {
public:
    explicit Exchange(std::shared_ptr<Connection> connection);

    const ServerRequest& request() const final { return request_; }
    ServerConnection& connection() final;
    void setOnGone(std::function<void()> onGone) final;

    /// Ends it from outside and tells its handler. Only from the event loop.
    void becomeGone();
    bool ended() const { return ended_; }

protected:
    /// Calls are heeded: not ended, and the connection open both ways.
    bool live() const;
    void end();
    Connection& link() const { return *connection_; }

    ServerRequest request_;

private:
    std::shared_ptr<Connection> connection_;
    std::function<void()> onGone_;
    bool ended_ = false;
    bool goneUntold_ = false; ///< gone before anybody asked to be told
};

} // namespace penstock::http
