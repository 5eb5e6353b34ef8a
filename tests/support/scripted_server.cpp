#include "tests/support/scripted_server.h"

#include <QtGlobal>

#include <algorithm>

namespace penstock::test {

namespace {

const http::Identity& identity() {
    static const http::Identity made = [] {
        auto result = http::makeIdentity();
        if (!result) qFatal("no certificate: %s", result.error().message.c_str());
        return *result;
    }();
    return made;
}

const http::Headers eventStream{{"content-type", "text/event-stream"}};

} // namespace

void ScriptedExchange::ended() {
    if (!std::exchange(live_, false)) return;
    const auto self = shared_from_this();
    server_->live_.erase(self);
    std::erase(server_->held_, self);
}

void ScriptedExchange::finish() {
    ended();
    raw_->finish();
}

void ScriptedExchange::answer(int status, std::string_view body, http::Headers headers) {
    headers.emplace_back("content-length", std::to_string(body.size()));
    head(status, headers);
    write(body);
    finish();
}

void ScriptedExchange::beginStream(std::string_view firstBytes) {
    head(200, eventStream);
    write(firstBytes);
}

void ScriptedExchange::hold() {
    server_->held_.push_back(shared_from_this());
}

void ScriptedExchange::closeConnection() {
    ended();
    connection().close();
}

void ScriptedExchange::resetConnection() {
    ended();
    connection().reset();
}

void ScriptedExchange::resetStream(std::uint32_t errorCode) {
    ended();
    raw_->reset(errorCode);
}

void ScriptedExchange::goAwayUnprocessed() {
    ended();
    raw_->goAwayUnprocessed();
}

namespace answers {

Answer text(int status, std::string body, http::Headers headers) {
    return [=](const ScriptedExchangePtr& e) { e->answer(status, body, headers); };
}

Answer stream(std::string bytes) {
    return [=](const ScriptedExchangePtr& e) {
        e->beginStream(bytes);
        e->finish();
    };
}

Answer hold() {
    return [](const ScriptedExchangePtr& e) { e->hold(); };
}

Answer stall(std::string bytes) {
    return [=](const ScriptedExchangePtr& e) { e->beginStream(bytes); };
}

Answer dropBeforeHead() {
    return [](const ScriptedExchangePtr& e) { e->closeConnection(); };
}

Answer resetBeforeHead() {
    return [](const ScriptedExchangePtr& e) { e->resetStream(2); };
}

Answer cut(std::string bytes) {
    return [=](const ScriptedExchangePtr& e) {
        e->beginStream(bytes);
        e->closeConnection();
    };
}

Answer shortBody(std::string bytes, std::size_t announced) {
    return [=](const ScriptedExchangePtr& e) {
        e->head(200, {{"content-type", "application/json"}, {"content-length", std::to_string(announced)}});
        e->write(bytes);
        e->closeConnection();
    };
}

Answer streamThenClose(std::string bytes) {
    return [=](const ScriptedExchangePtr& e) {
        auto& connection = e->connection();
        e->beginStream(bytes);
        e->finish();
        connection.close();
    };
}

Answer refuse() {
    return [](const ScriptedExchangePtr& e) { e->refuse(); };
}

Answer goAwayUnprocessed() {
    return [](const ScriptedExchangePtr& e) { e->goAwayUnprocessed(); };
}

} // namespace answers

ScriptedServer::ScriptedServer(http::ServerOptions options)
    : tls_(options.tls)
    , otherwise_(answers::stream("data: [DONE]\n\n")) {
    if (tls_ && options.certificate.isNull()) {
        options.certificate = identity().certificate;
        options.key = identity().key;
        caPem_ = identity().certificatePem;
    }
    auto server = http::listen(options);
    if (!server) qFatal("the scripted server cannot listen: %s", server.error().message.c_str());
    server_ = std::move(*server);
    server_->setHandler([this](std::shared_ptr<http::ServerExchange> raw) { onRequest(raw); });
}

ScriptedServer::~ScriptedServer() = default;

std::string ScriptedServer::url(const std::string& host) const {
    return std::string(tls_ ? "https://" : "http://") + host + ':' + std::to_string(port());
}

void ScriptedServer::script(std::vector<Answer> answers) {
    script_.insert(script_.end(), answers.begin(), answers.end());
}

void ScriptedServer::releaseHeld(std::string_view bytes) {
    for (const auto& exchange : std::vector(held_)) {
        exchange->beginStream(bytes);
        exchange->finish();
    }
}

int ScriptedServer::timesSeen(const std::string& body) const {
    const auto it = bodies_.find(body);
    return it == bodies_.end() ? 0 : it->second;
}

void ScriptedServer::onRequest(const std::shared_ptr<http::ServerExchange>& raw) {
    const auto exchange = std::make_shared<ScriptedExchange>();
    exchange->server_ = this;
    exchange->raw_ = raw;
    seen_.push_back({raw->request(), raw->connection().id()});
    ++bodies_[raw->request().body];
    live_.insert(exchange);
    peak_ = std::max(peak_, inFlight());
    raw->setOnGone([this, weak = std::weak_ptr(exchange)] {
        const auto self = weak.lock();
        if (!self || !self->live()) return;
        ++gone_;
        self->ended();
    });
    Answer answer = otherwise_;
    if (!script_.empty()) {
        answer = std::move(script_.front());
        script_.pop_front();
    }
    answer(exchange);
}

} // namespace penstock::test
