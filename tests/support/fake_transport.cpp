#include "tests/support/fake_transport.h"

namespace penstock::test {

class FakeTransport::FakeExchange final : public Exchange {
public:
    explicit FakeExchange(std::shared_ptr<Peer> peer)
        : peer_(std::move(peer)) {}
    ~FakeExchange() override {
        if (peer_->listener_ != nullptr) peer_->transport_->ended(*peer_);
    }

private:
    std::shared_ptr<Peer> peer_;
};

FakeTransport::~FakeTransport() = default;

void FakeTransport::prepare(int, bool, std::function<void(std::optional<Outcome>)> ready) { ready(std::nullopt); }

std::unique_ptr<Exchange> FakeTransport::start(const ExchangeRequest& request, ExchangeListener& listener) {
    auto peer = std::make_shared<Peer>();
    peer->transport_ = this;
    peer->request_ = request;
    peer->listener_ = &listener;
    ++started_;
    peak_ = std::max(peak_, ++live_);
    if (keepEnded) peers.push_back(peer);
    unanswered.push_back(peer);
    return std::make_unique<FakeExchange>(std::move(peer));
}

std::shared_ptr<FakeTransport::Peer> FakeTransport::nextUnanswered() {
    if (unanswered.empty()) return nullptr;
    auto peer = std::move(unanswered.front());
    unanswered.pop_front();
    return peer;
}

void FakeTransport::setRoom(int room) {
    room_ = room;
    if (hasRoom() && onRoom_) onRoom_();
}

void FakeTransport::ended(Peer& peer) {
    peer.listener_ = nullptr;
    --live_;
    if (room_ >= 0 && live_ == room_ - 1 && onRoom_) onRoom_();
}

void FakeTransport::Peer::sent(bool connectionNew, Nanos connect) {
    if (live()) listener_->onSent(transport_->clock_.now(), connectionNew, connect);
}

void FakeTransport::Peer::head(int status, std::string contentType) {
    ResponseHead head;
    head.status = status;
    head.contentType = std::move(contentType);
    head.httpVersion = "1.1";
    this->head(head);
}

void FakeTransport::Peer::head(const ResponseHead& head) {
    if (live()) listener_->onHead(head);
}

void FakeTransport::Peer::bytes(std::string_view text) {
    if (live()) listener_->onBytes(transport_->clock_.now(), text);
}

void FakeTransport::Peer::end() {
    if (!live()) return;
    auto* listener = listener_;
    transport_->ended(*this);
    listener->onEnd(transport_->clock_.now(), {});
}

void FakeTransport::Peer::fail(OutcomeKind failure, std::string message) {
    if (!live()) return;
    auto* listener = listener_;
    transport_->ended(*this);
    listener->onEnd(transport_->clock_.now(), {failure, std::move(message)});
}

void FakeTransport::Peer::answer(const std::string& text) {
    sent();
    head();
    bytes("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text
          + "\"},\"finish_reason\":\"stop\"}]}\n\n"
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1,\"total_tokens\":4}}\n\n"
            "data: [DONE]\n\n");
    end();
}

} // namespace penstock::test
