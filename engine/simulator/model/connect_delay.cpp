#include "engine/simulator/model/connect_delay.h"

namespace penstock::simulator {

ConnectDelay::ConnectDelay(const Clock& clock, Nanos delay)
    : clock_(clock)
    , delay_(delay)
    , alarm_(clock.makeAlarm([this] { onAlarm(); })) {}

void ConnectDelay::opened(std::uint64_t connection) {
    if (delay_ <= Nanos{0}) return;
    if (openings_.empty()) alarm_->setDue(clock_.now() + delay_);
    openings_.push_back({connection, clock_.now() + delay_});
    held_.try_emplace(connection);
}

void ConnectDelay::pass(std::uint64_t connection, std::function<void()> function) {
    const auto it = held_.find(connection);
    if (it == held_.end())
        function();
    else
        it->second.push_back(std::move(function));
}

void ConnectDelay::onAlarm() {
    while (!openings_.empty() && openings_.front().ready <= clock_.now()) {
        const auto node = held_.extract(openings_.front().connection);
        openings_.pop_front();
        if (node.empty()) continue;
        for (const auto& function : node.mapped())
            function();
    }
    if (!openings_.empty()) alarm_->setDue(openings_.front().ready);
}

} // namespace penstock::simulator
