#pragma once

#include "engine/simulator/simulator.h"
#include "tests/simulator/raw_request.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTest>

#include <map>

/// What the tests of the whole simulator share: starting one, asking it with Qt's own client, and reading its streams.
namespace penstock::test {

using namespace std::chrono_literals;
using nlohmann::json;

inline constexpr int patience = 20000; // milliseconds; nothing here takes that long but on a stalled machine

inline SimulatorOptions fastOptions() {
    SimulatorOptions options;
    options.prefillTokensPerSecond = 1e6;
    options.stepBase = 1ms;
    options.stepPerSequence = 0ms;
    return options;
}

/// So slow that what was sent together is there together.
inline SimulatorOptions slowOptions() {
    SimulatorOptions options = fastOptions();
    options.stepBase = 30ms;
    return options;
}

inline std::unique_ptr<Simulator> start(const SimulatorOptions& options) {
    auto simulator = startSimulator(options);
    if (!simulator) qFatal("%s", simulator.error().message.c_str());
    return std::move(simulator.value());
}

inline QUrl url(const Simulator& simulator, const char* path = "/v1/chat/completions") {
    QUrl url(QString::fromStdString(simulator.baseUrl()));
    url.setPath(QString::fromLatin1(path));
    return url;
}

inline quint16 port(const Simulator& simulator) {
    return static_cast<quint16>(url(simulator).port());
}

inline std::string chatBody(const std::string& prompt, bool stream, int maxTokens = 0, bool usage = false) {
    json body = {{"model", "any"}, {"messages", {{{"role", "user"}, {"content", prompt}}}}};
    if (stream) body["stream"] = true;
    if (maxTokens > 0) body["max_tokens"] = maxTokens;
    if (usage) body["stream_options"] = {{"include_usage", true}};
    return body.dump();
}

struct Reply {
    int status = 0;
    QNetworkReply::NetworkError error{};
    std::string body;
    std::map<std::string, std::string> headers;
    bool http2 = false;
    json document() const { return json::parse(body, nullptr, false); }
};

inline Reply finish(QNetworkReply* reply) {
    const std::unique_ptr<QNetworkReply> owned(reply);
    if (!QTest::qWaitFor([&] { return reply->isFinished(); }, patience)) qFatal("no answer");
    Reply result;
    result.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    result.error = reply->error();
    result.body = reply->readAll().toStdString();
    result.http2 = reply->attribute(QNetworkRequest::Http2WasUsedAttribute).toBool();
    for (const auto& [name, value] : reply->rawHeaderPairs())
        result.headers[name.toLower().toStdString()] = value.toStdString();
    return result;
}

inline QNetworkRequest request(const QUrl& url) {
    QNetworkRequest request(url);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
    return request;
}

inline Reply post(QNetworkAccessManager& network, const QUrl& url, const std::string& body) {
    return finish(network.post(request(url), QByteArray::fromStdString(body)));
}

inline Reply get(QNetworkAccessManager& network, const QUrl& url) {
    return finish(network.get(request(url)));
}

/// The data of each event; anything else between events is a failure of the caller's.
inline std::vector<std::string> eventsOf(const std::string& stream) {
    std::vector<std::string> events;
    std::size_t at = 0;
    while (stream.compare(at, 6, "data: ") == 0) {
        const auto end = stream.find("\n\n", at);
        if (end == std::string::npos) break;
        events.push_back(stream.substr(at + 6, end - at - 6));
        at = end + 2;
    }
    if (at != stream.size()) events.push_back("not an event: " + stream.substr(at));
    return events;
}

inline std::string textOf(const std::vector<std::string>& events) {
    std::string text;
    for (const auto& event : events) {
        const json chunk = json::parse(event, nullptr, false);
        if (chunk.is_object() && chunk.contains("choices") && !chunk["choices"].empty())
            text += chunk["choices"][0]["delta"].value("content", "");
    }
    return text;
}

} // namespace penstock::test
