#include "engine/simulator/simulator.h"

#include "engine/base/clock.h"
#include "engine/base/mailbox.h"
#include "engine/simulator/endpoint.h"
#include "engine/simulator/http/server.h"

#include <QCoreApplication>
#include <QEvent>
#include <QEventLoop>

#include <future>
#include <thread>

namespace penstock {

namespace {

struct Started {
    std::string baseUrl;
    std::string certificatePem;
    Mailbox::Poster post;
};

/// What lives on the simulator's thread, all of it.
class Core {
public:
    Result<Started> start(const SimulatorOptions& options) {
        http::ServerOptions listening;
        listening.address = options.address;
        listening.port = options.port;
        listening.http2 = options.http2;
        listening.maxConcurrentStreams = options.maxConcurrentStreams;
        listening.maxBodyBytes = 16u << 20;
        std::string pem;
        if (options.protocol == SimulatorOptions::Protocol::Tls) {
            auto identity = http::makeIdentity();
            if (!identity) return identity.error();
            listening.tls = true;
            listening.certificate = identity->certificate;
            listening.key = identity->key;
            pem = identity->certificatePem;
        }
        auto server = http::listen(listening);
        if (!server) return server.error();
        server_ = std::move(server.value());
        endpoint_ = std::make_unique<simulator::Endpoint>(clock_, options, *server_);
        return Started{urlOf(options, server_->port()), std::move(pem), mailbox_.poster()};
    }

    void run() {
        loop_.exec();
        server_.reset(); // its exchanges tell the endpoint that they are gone
        endpoint_.reset();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }

    void quit() { loop_.quit(); }
    nlohmann::json stats() { return endpoint_->stats(); }

private:
    static std::string urlOf(const SimulatorOptions& options, std::uint16_t port) {
        const bool tls = options.protocol == SimulatorOptions::Protocol::Tls;
        std::string host = options.address;
        if (host == "0.0.0.0") host = "127.0.0.1";
        if (host == "::") host = "::1";
        if (host.find(':') != std::string::npos) host = '[' + host + ']';
        return (tls ? "https://" : "http://") + host + ':' + std::to_string(port) + "/v1";
    }

    SystemClock clock_;
    Mailbox mailbox_;
    QEventLoop loop_;
    std::unique_ptr<simulator::Endpoint> endpoint_;
    std::unique_ptr<http::Server> server_;
};

/// The thread is a std::thread, whose hand-overs the thread sanitizer sees.
class ThreadedSimulator final : public Simulator {
public:
    ~ThreadedSimulator() override {
        if (started_) started_->post([core = core_] { core->quit(); });
        if (thread_.joinable()) thread_.join();
    }

    Status start(const SimulatorOptions& options) {
        std::promise<Result<Started>> promise;
        auto future = promise.get_future();
        thread_ = std::thread([this, options, promise = std::move(promise)]() mutable {
            Core core;
            core_ = &core;
            auto started = core.start(options);
            const bool ok = started.ok();
            promise.set_value(std::move(started));
            if (ok) core.run();
        });
        auto started = future.get();
        if (!started) return started.error();
        started_ = std::make_unique<Started>(std::move(started.value()));
        return okStatus();
    }

    std::string baseUrl() const override { return started_->baseUrl; }
    std::string certificatePem() const override { return started_->certificatePem; }

    nlohmann::json stats() const override {
        const auto answer = std::make_shared<std::promise<nlohmann::json>>();
        auto stats = answer->get_future();
        started_->post([core = core_, answer] { answer->set_value(core->stats()); });
        return stats.get();
    }

private:
    std::thread thread_;
    Core* core_ = nullptr; ///< written before the promise is kept, read after; used on the thread alone
    std::unique_ptr<Started> started_;
};

} // namespace

Result<std::unique_ptr<Simulator>> startSimulator(const SimulatorOptions& options) {
    if (auto status = validate(options); !status) return status.error();
    auto simulator = std::make_unique<ThreadedSimulator>();
    if (auto status = simulator->start(options); !status) return status.error();
    return std::unique_ptr<Simulator>(std::move(simulator));
}

} // namespace penstock
