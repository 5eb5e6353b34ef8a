#include "engine/transport/target_probe.h"

#include "engine/transport/host_lookup.h"
#include "engine/transport/protocol_probe.h"
#include "engine/transport/qt_failure.h"
#include "engine/transport/request_form.h"

#include <QHostAddress>
#include <QNetworkAccessManager>
#include <QNetworkReply>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace penstock {

namespace {

constexpr qsizetype largestList = 1 << 20;

class Asking final : public QObject, public TargetProbe {
public:
    Asking(const Clock& clock, RequestForm form, Nanos timeout, Done done)
        : clock_(clock)
        , form_(std::move(form))
        , timeout_(timeout)
        , deadline_(clock.now() + timeout)
        , done_(std::move(done))
        , alarm_(clock.makeAlarm([this] { onTimeout(); })) {
        alarm_->setDue(deadline_);
        const bool literal = !QHostAddress(QString::fromStdString(form_.url().host)).isNull();
        if (literal || form_.proxied()) {
            addresses_ = {std::string()};
            tryNextAddress();
        } else {
            lookup_ =
                std::make_unique<HostLookup>(form_.url().host, [this](const auto& answer) { onAddresses(answer); });
        }
    }
    ~Asking() override { dropReply(); }

private:
    void onAddresses(const Result<std::vector<std::string>>& addresses) {
        if (!addresses) {
            fail(OutcomeKind::ConnectFailed, addresses.error().message);
            return;
        }
        addresses_ = *addresses;
        tryNextAddress();
    }

    void tryNextAddress() {
        form_.pinAddress(addresses_.front());
        addresses_.erase(addresses_.begin());
        const auto share = (deadline_ - clock_.now()) / static_cast<Nanos::rep>(addresses_.size() + 1);
        probe_ = startProtocolProbe(clock_, form_, form_.mayBeHttp2(), share,
                                    [this](const auto& answer) { onProbed(answer); });
    }

    void onProbed(const std::variant<ProtocolFacts, Outcome>& answer) {
        if (const auto* problem = std::get_if<Outcome>(&answer)) {
            if (!probe_->connected() && !addresses_.empty())
                tryNextAddress();
            else
                fail(problem->kind, problem->message, problem->code);
            return;
        }
        const auto& facts = std::get<ProtocolFacts>(answer);
        report_.address = facts.address;
        report_.httpVersion = facts.http2 ? "2" : "1.1";
        report_.maxConcurrentStreams = facts.maxConcurrentStreams;
        report_.tlsVersion = facts.tlsVersion;
        report_.cipher = facts.cipher;
        report_.issuer = facts.issuer;
        report_.connect = facts.connect;
        report_.handshake = facts.handshake;
        if (form_.mode() == HttpMode::Http2 && !facts.http2) {
            fail(OutcomeKind::TlsFailed, form_.url().authority() + " does not offer HTTP/2; use --http auto");
            return;
        }
        connectForModels(facts.http2);
    }

    /// Over a connection that is there already, so that the round trip holds no set-up.
    void connectForModels(bool http2) {
        alarm_->setDue(clock_.now() + timeout_);
        manager_.setProxy(form_.proxy());
        ask(form_.preconnect(http2));
        connect(reply_, &QNetworkReply::finished, this, [this, http2] {
            if (reply_->error() != QNetworkReply::NoError) {
                onFinished();
                return;
            }
            dropReply();
            askForModels(http2);
        });
    }

    void askForModels(bool http2) {
        sentAt_ = clock_.now();
        ask(form_.get("/models", http2));
        connect(reply_, &QNetworkReply::metaDataChanged, this, [this] {
            if (!report_.roundTrip) report_.roundTrip = clock_.now() - *sentAt_;
        });
        connect(reply_, &QNetworkReply::readyRead, this, [this] { onReadable(); });
        connect(reply_, &QNetworkReply::finished, this, [this] { onFinished(); });
    }

    void ask(QNetworkRequest request) {
        // For the certificate's check, where the URL holds the pinned address.
        request.setPeerVerifyName(QString::fromStdString(form_.url().host));
        reply_ = manager_.get(request);
    }

    void onReadable() {
        list_ += reply_->read(largestList + 1 - list_.size());
        if (list_.size() <= largestList) return;
        report_.modelsStatus = reply_->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        report_.modelsProblem = "the answer to GET /models is longer than 1 MiB";
        finish();
    }

    void onFinished() {
        onReadable();
        if (!done_) return;
        ReplyEnd end;
        end.error = reply_->error();
        end.text = reply_->errorString();
        end.status = report_.modelsStatus = reply_->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        end.sent = sentAt_.has_value();
        end.tls = form_.url().tls;
        end.connectionNew = true;
        if (const auto failure = failureOf(end)) {
            report_.modelsProblem = "GET /models: " + failure->message;
        } else if (report_.modelsStatus != 200) {
            report_.modelsProblem = "GET /models was answered with status " + std::to_string(report_.modelsStatus);
        } else {
            auto models = parseModels({list_.constData(), static_cast<std::size_t>(list_.size())});
            if (models)
                report_.models = std::move(*models);
            else
                report_.modelsProblem = models.error().message;
        }
        finish();
    }

    void onTimeout() {
        if (reply_) {
            report_.modelsProblem = "GET /models was not answered within the timeout";
            finish();
        } else {
            fail(OutcomeKind::ConnectTimeout, form_.url().authority() + ": no connection within the timeout");
        }
    }

    void fail(OutcomeKind kind, std::string message, std::string code = {}) {
        report_.problem.emplace();
        report_.problem->kind = kind;
        report_.problem->code = std::move(code);
        report_.problem->message = std::move(message);
        finish();
    }

    void finish() {
        alarm_->setDue(std::nullopt);
        dropReply();
        if (!done_) return;
        // Queued: the owner may destroy this object from inside the call.
        QMetaObject::invokeMethod(
            this, [done = std::exchange(done_, nullptr), report = report_] { done(report); }, Qt::QueuedConnection);
    }

    void dropReply() {
        if (!reply_) return;
        reply_->disconnect(this);
        reply_->abort();
        std::exchange(reply_, nullptr)->deleteLater();
    }

    const Clock& clock_;
    RequestForm form_;
    Nanos timeout_;
    Instant deadline_;
    Done done_;
    std::unique_ptr<Alarm> alarm_;
    std::unique_ptr<HostLookup> lookup_;
    std::vector<std::string> addresses_; ///< not tried yet
    std::unique_ptr<ProtocolProbe> probe_;
    QNetworkAccessManager manager_;
    QNetworkReply* reply_ = nullptr; ///< the manager's child
    QByteArray list_;
    std::optional<Instant> sentAt_;
    TargetReport report_;
};

std::string printable(std::string text) {
    constexpr std::size_t longest = 200;
    if (text.size() > longest) text.resize(longest);
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    return text;
}

} // namespace

Result<std::vector<std::string>> parseModels(std::string_view text) {
    const auto json = nlohmann::json::parse(text, nullptr, false);
    const auto named = [&](const char* list, const char* name) -> std::optional<std::vector<std::string>> {
        if (!json.is_object() || !json.contains(list) || !json[list].is_array()) return std::nullopt;
        constexpr std::size_t most = 1000;
        std::vector<std::string> names;
        for (const auto& model : json[list])
            if (names.size() < most && model.is_object() && model.contains(name) && model[name].is_string())
                names.push_back(printable(model[name].get<std::string>()));
        return names;
    };
    if (auto names = named("data", "id")) return std::move(*names);
    if (auto names = named("models", "name")) return std::move(*names);
    return Error{"the answer to GET /models is no list of models"};
}

Result<std::unique_ptr<TargetProbe>> startTargetProbe(const Clock& clock, const Target& target, Nanos timeout,
                                                      TargetProbe::Done done) {
    auto form = RequestForm::make(target);
    if (!form) return form.error();
    return std::unique_ptr<TargetProbe>(std::make_unique<Asking>(clock, std::move(*form), timeout, std::move(done)));
}

} // namespace penstock
