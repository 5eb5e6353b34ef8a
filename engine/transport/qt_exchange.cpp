#include "engine/transport/qt_exchange.h"

namespace penstock {

QtExchange::QtExchange(QtExchangeHost& host, const Clock& clock, const ExchangeRequest& request,
                       ExchangeListener& listener)
    : host_(host)
    , clock_(clock)
    , request_(request)
    , listener_(listener)
    , call_(host.makeCall(request_, *this)) {}

QtExchange::~QtExchange() {
    dropCall();
}

void QtExchange::dropCall() {
    if (!call_) return;
    if (!call_->over()) call_->cancel();
    if (!call_->over()) host_.keep(std::move(call_));
    call_.reset();
}

void QtExchange::onCallSent(Instant at) {
    // A request that was refused unprocessed goes out again; it was sent when it first left.
    if (std::exchange(sentTold_, true)) return;
    listener_.onSent(at, call_->ownConnect().has_value(), call_->ownConnect().value_or(Nanos{0}));
}

void QtExchange::onCallHead(const ResponseHead& head) {
    listener_.onHead(head);
}

void QtExchange::onCallBytes(Instant at, std::string_view bytes) {
    listener_.onBytes(at, bytes);
}

void QtExchange::onCallEnd(Instant at, const std::optional<WireFailure>& failure) {
    if (failure && failure->unprocessed) {
        move(at, failure->message);
        return;
    }
    WireEnd end;
    if (failure) {
        end.failure = failure->kind;
        end.message = host_.where() + ": " + failure->message;
    }
    listener_.onEnd(at, end);
}

void QtExchange::onCallStuck() {
    move(clock_.now(), "the request did not get onto the network");
}

void QtExchange::move(Instant at, const std::string& reason) {
    dropCall();
    if (moves_ < maxMoves && host_.hasRoom()) {
        ++moves_;
        host_.countMove();
        call_ = host_.makeCall(request_, *this);
        return;
    }
    WireEnd end;
    end.failure = OutcomeKind::RefusedStream;
    end.message = host_.where() + ": " + reason +
                  (moves_ < maxMoves ? ", and the bound on connections leaves no other" : ", on several connections");
    listener_.onEnd(at, end);
}

} // namespace penstock
