#pragma once

#include "engine/transport/qt_call.h"
#include "engine/transport/transport.h"

#include <memory>
#include <string>

namespace penstock {

/// What an exchange needs of its transport.
class QtExchangeHost {
public:
    virtual std::unique_ptr<QtCall> makeCall(const ExchangeRequest& request, QtCallOwner& owner) = 0;
    /// Keeps a cancelled call until it is over.
    virtual void keep(std::unique_ptr<QtCall> call) = 0;
    virtual bool hasRoom() const = 0;
    virtual void countMove() = 0;
    /// The target's host and port, for messages.
    virtual const std::string& where() const = 0;

protected:
    ~QtExchangeHost() = default;
};

/// One request and its response, over as many calls as it takes to find a connection that carries it. Only one of them
/// is ever sent whole, except where the server said that it did not process the earlier one.
class QtExchange final : public Exchange, private QtCallOwner {
public:
    /// How often it is taken to another connection before it ends as RefusedStream.
    static constexpr int maxMoves = 3;

    QtExchange(QtExchangeHost& host, const Clock& clock, const ExchangeRequest& request, ExchangeListener& listener);
    ~QtExchange() override;

private:
    void onCallSent(Instant at) override;
    void onCallHead(const ResponseHead& head) override;
    void onCallBytes(Instant at, std::string_view bytes) override;
    void onCallEnd(Instant at, const std::optional<WireFailure>& failure) override;
    void onCallStuck() override;
    /// Ends it as RefusedStream when there is nowhere to go.
    void move(Instant at, const std::string& reason);
    void dropCall();

    QtExchangeHost& host_;
    const Clock& clock_;
    ExchangeRequest request_;
    ExchangeListener& listener_;
    std::unique_ptr<QtCall> call_;
    int moves_ = 0;
    bool sentTold_ = false;
};

} // namespace penstock
