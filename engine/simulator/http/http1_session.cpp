#include "engine/simulator/http/http1_session.h"

#include "engine/simulator/http/connection.h"
#include "engine/simulator/http/http1_text.h"

#include <algorithm>
#include <charconv>

namespace penstock::http {

namespace {

void appendNumber(std::string& out, std::uint64_t number, int base = 10) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, number, base).ptr;
    out.append(digits, end);
}

void appendField(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

void appendStatusLine(std::string& out, int status) {
    out.append("HTTP/1.1 ");
    appendNumber(out, static_cast<std::uint64_t>(std::clamp(status, 100, 999)));
    out.append(" ").append(reasonPhrase(status)).append("\r\n");
}

} // namespace

Http1Exchange::Http1Exchange(std::shared_ptr<Connection> connection, Http1Session& session, ServerRequest request,
                             bool closeAfter)
    : Exchange(std::move(connection))
    , session_(&session)
    , closeAfter_(closeAfter) {
    request_ = std::move(request);
}

void Http1Exchange::head(int status, const Headers& headers) {
    if (!live() || framing_ != Framing::Unknown) return;
    auto& out = link().out();
    appendStatusLine(out, status);
    bool lengthGiven = false;
    for (const auto& [name, value] : headers) {
        if (!isToken(name) || !isFieldValue(value) || name == "transfer-encoding") continue;
        if (name == "content-length") {
            const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), lengthLeft_);
            if (lengthGiven || error != std::errc() || end != value.data() + value.size()) continue;
            lengthGiven = true;
        } else if (name == "connection" && hasToken(value, "close")) {
            closeAfter_ = true;
            continue;
        }
        appendField(out, name, value);
    }
    if (request_.method == "HEAD" || status == 204 || status == 304) {
        framing_ = Framing::None;
    } else if (lengthGiven) {
        framing_ = Framing::Length;
    } else if (request_.httpVersion == "1.0") {
        framing_ = Framing::UntilClose;
        closeAfter_ = true;
    } else {
        framing_ = Framing::Chunked;
        appendField(out, "transfer-encoding", "chunked");
    }
    if (closeAfter_) appendField(out, "connection", "close");
    out.append("\r\n");
    link().wake();
}

void Http1Exchange::write(std::string_view bytes) {
    if (!live() || bytes.empty()) return;
    auto& out = link().out();
    switch (framing_) {
    case Framing::Unknown:
    case Framing::None:
        return;
    case Framing::Length:
        bytes = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(lengthLeft_, bytes.size())));
        lengthLeft_ -= bytes.size();
        out.append(bytes);
        break;
    case Framing::UntilClose:
        out.append(bytes);
        break;
    case Framing::Chunked:
        appendNumber(out, bytes.size(), 16);
        out.append("\r\n").append(bytes).append("\r\n");
        break;
    }
    link().wrote();
}

void Http1Exchange::finish() {
    if (!live()) return;
    if (framing_ == Framing::Unknown) return reset(2);
    if (framing_ == Framing::Chunked) link().out().append("0\r\n\r\n");
    // With too few bytes of a promised length nothing can follow on this connection.
    if (framing_ == Framing::Length && lengthLeft_ > 0) closeAfter_ = true;
    end();
    session_->answered(closeAfter_);
}

void Http1Exchange::reset(std::uint32_t) {
    if (!live()) return;
    end();
    link().reset();
}

void Http1Exchange::goAwayUnprocessed() {
    if (!live()) return;
    end();
    link().close();
}

std::size_t Http1Exchange::pendingBytes() const {
    return link().backlog();
}

Http1Session::Http1Session(Connection& connection)
    : connection_(connection)
    , parser_(connection.options().maxBodyBytes) {}

void Http1Session::receive(std::string_view bytes) {
    if (!held_.empty()) {
        held_.append(bytes);
        proceed();
        return;
    }
    parse(bytes);
    held_ = bytes;
}

void Http1Session::proceed() {
    if (!holdsInput()) return;
    // Handlers run inside parse(), and none of them reaches this session's bytes.
    auto rest = std::string_view(held_).substr(heldTaken_);
    parse(rest);
    heldTaken_ = held_.size() - rest.size();
    if (rest.empty()) {
        held_ = {};
        heldTaken_ = 0;
    }
}

void Http1Session::parse(std::string_view& bytes) {
    while (!active_ && !over_ && connection_.isOpen() && connection_.hasRoom() && !bytes.empty()) {
        switch (parser_.consume(bytes)) {
        case Http1Parser::State::Reading:
            if (parser_.awaitsContinue()) connection_.out().append("HTTP/1.1 100 Continue\r\n\r\n");
            break;
        case Http1Parser::State::Failed:
            bytes = {};
            refuse(parser_.failure());
            break;
        case Http1Parser::State::Complete: {
            const auto limit = connection_.options().keepAliveRequests;
            ++requests_;
            const bool closeAfter = !parser_.keepAlive() || (limit != 0 && requests_ >= limit);
            active_ = std::make_shared<Http1Exchange>(connection_.shared_from_this(), *this, parser_.takeRequest(),
                                                      closeAfter);
            connection_.dispatch(active_);
            break;
        }
        }
    }
}

void Http1Session::answered(bool closeAfter) {
    active_.reset();
    over_ = over_ || closeAfter;
    connection_.wake();
}

void Http1Session::refuse(int status) {
    auto& out = connection_.out();
    appendStatusLine(out, status);
    out.append("connection: close\r\ncontent-length: 0\r\n\r\n");
    over_ = true;
    connection_.lingerAtClose();
}

std::vector<std::shared_ptr<Exchange>> Http1Session::abandon() {
    std::vector<std::shared_ptr<Exchange>> left;
    if (active_) left.push_back(std::move(active_));
    active_.reset();
    return left;
}

} // namespace penstock::http
