#include "engine/simulator/http/exchange.h"

#include "engine/simulator/http/connection.h"

namespace penstock::http {

std::string_view ServerRequest::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (key == name) return value;
    return {};
}

Exchange::Exchange(std::shared_ptr<Connection> connection)
    : connection_(std::move(connection)) {}

ServerConnection& Exchange::connection() {
    return *connection_;
}

void Exchange::setOnGone(std::function<void()> onGone) {
    if (goneUntold_) {
        onGone_ = std::move(onGone);
        connection_->tellLater(shared_from_this());
    } else if (!ended_) {
        onGone_ = std::move(onGone);
    }
}

void Exchange::becomeGone() {
    if (ended_ && !goneUntold_) return;
    ended_ = true;
    goneUntold_ = !onGone_;
    // Moved out first: the function may own the last pointer to this exchange.
    if (auto told = std::exchange(onGone_, nullptr)) told();
}

bool Exchange::live() const {
    return !ended_ && connection_->isOpen();
}

void Exchange::end() {
    ended_ = true;
    onGone_ = nullptr;
}

} // namespace penstock::http
