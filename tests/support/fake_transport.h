#pragma once

#include "engine/transport/transport.h"

#include "tests/support/manual_clock.h"

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace penstock::test {

/// A Transport without a network: the test plays the server, exchange by exchange. It keeps the contract of Transport (nothing
/// is called from inside start()) and notes what a server would have seen.
class FakeTransport final : public Transport {
public:
    /// One request as the fake server sees it.
    class Peer {
    public:
        const ExchangeRequest& request() const { return request_; }
        /// False once the exchange ended or was cancelled; what is played after that goes nowhere.
        bool live() const { return listener_ != nullptr; }

        void sent(bool connectionNew = false, Nanos connect = {});
        void head(int status = 200, std::string contentType = "text/event-stream");
        void head(const ResponseHead& head);
        void bytes(std::string_view text);
        void end();
        void fail(OutcomeKind failure, std::string message = "the network failed");
        /// sent, head, a streamed chat answer of `text` in one chunk with usage, [DONE], end.
        void answer(const std::string& text = "ok");

    private:
        friend class FakeTransport;
        FakeTransport* transport_ = nullptr;
        ExchangeRequest request_;
        ExchangeListener* listener_ = nullptr;
    };

    explicit FakeTransport(const Clock& clock)
        : clock_(clock) {}
    ~FakeTransport() override;

    void prepare(int cap, bool prewarm, std::function<void(std::optional<Outcome>)> ready) override;
    bool hasRoom() const override { return room_ < 0 || live_ < room_; }
    void setOnRoom(std::function<void()> onRoom) override { onRoom_ = std::move(onRoom); }
    std::unique_ptr<Exchange> start(const ExchangeRequest& request, ExchangeListener& listener) override;
    void apply(const Knobs& knobs) override { applied.push_back(knobs); }
    TransportStats stats() const override { return counts; }

    /// Exchanges in the order of their start; a peer stays valid as long as the test holds it.
    std::vector<std::shared_ptr<Peer>> peers;
    /// For long runs: do not keep the peers that have ended.
    bool keepEnded = true;
    std::deque<std::shared_ptr<Peer>> unanswered; ///< those not taken by nextUnanswered()
    std::shared_ptr<Peer> nextUnanswered();

    int live() const { return live_; }
    int peak() const { return peak_; }
    std::uint64_t started() const { return started_; }
    /// At most so many exchanges at once; -1: no bound.
    void setRoom(int room);

    std::vector<Knobs> applied;
    TransportStats counts;

private:
    class FakeExchange;
    void ended(Peer& peer);

    const Clock& clock_;
    std::function<void()> onRoom_;
    int live_ = 0, peak_ = 0, room_ = -1;
    std::uint64_t started_ = 0;
};

} // namespace penstock::test
