#include "app/cli/commands.h"
#include "app/cli/exit_status.h"
#include "app/cli/flags.h"
#include "app/cli/format.h"
#include "app/cli/interrupt.h"

#include "engine/base/knobs_json.h"
#include "engine/simulator/simulator.h"
#include "engine/transport/target_probe.h"

#include <QCoreApplication>

#include <cstdio>

namespace penstock::cli {

namespace {

struct Options {
    TargetFlags target;
    std::string timeout = "10s";
    bool json = false;
};

int refuse(const std::string& message, int status = exitBadInput) {
    std::fprintf(stderr, "penstock-cli: %s\n", message.c_str());
    return status;
}

nlohmann::ordered_json textOrNull(const std::string& text) {
    return text.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(text);
}

std::string toJsonText(const Target& target, const TargetReport& report) {
    nlohmann::ordered_json object;
    object["target"] = target.baseUrl;
    object["simulated"] = target.simulated;
    object["reachable"] = !report.problem;
    object["problem"] = report.problem ? textOrNull(report.problem->message) : nullptr;
    object["address"] = textOrNull(report.address);
    object["http_version"] = textOrNull(report.httpVersion);
    object["max_concurrent_streams"] = report.maxConcurrentStreams ? nlohmann::ordered_json(*report.maxConcurrentStreams) : nullptr;
    if (report.tlsVersion.empty()) object["tls"] = nullptr;
    else object["tls"] = {{"version", report.tlsVersion}, {"cipher", report.cipher}, {"issuer", report.issuer}};
    object["connect_seconds"] = report.problem ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(toSeconds(report.connect));
    object["handshake_seconds"] =
        report.tlsVersion.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(toSeconds(report.handshake));
    object["round_trip_seconds"] =
        report.roundTrip ? nlohmann::ordered_json(toSeconds(*report.roundTrip)) : nlohmann::ordered_json(nullptr);
    object["models_status"] = report.modelsStatus > 0 ? nlohmann::ordered_json(report.modelsStatus) : nlohmann::ordered_json(nullptr);
    object["models"] = report.models;
    object["models_problem"] = textOrNull(report.modelsProblem);
    return object.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

void line(const char* name, const std::string& value) {
    if (!value.empty()) std::printf("  %-20s%s\n", name, value.c_str());
}

void print(const Target& target, const TargetReport& report) {
    std::printf("%s%s\n", target.baseUrl.c_str(), target.simulated ? "  (simulated endpoint)" : "");
    line("address", report.address);
    line("protocol", report.httpVersion.empty() ? "" : "HTTP/" + report.httpVersion);
    if (report.maxConcurrentStreams) line("streams/connection", std::to_string(*report.maxConcurrentStreams));
    if (!report.tlsVersion.empty()) line("TLS", report.tlsVersion + ", " + report.cipher + (report.issuer.empty() ? "" : ", issued by " + report.issuer));
    line("connect", duration(toSeconds(report.connect)));
    if (!report.tlsVersion.empty()) line("handshake", duration(toSeconds(report.handshake)));
    if (report.roundTrip) line("round trip", duration(toSeconds(*report.roundTrip)));
    line("models", report.modelsProblem);
    for (const auto& model : report.models) line(&model == &report.models.front() ? "models" : "", model);
}

int probe(const Options& options) {
    auto target = options.target.target();
    if (!target) return refuse(target.error().message);
    const auto timeout = parseDuration(options.timeout);
    if (!timeout || *timeout <= Nanos{0}) return refuse("--connect-timeout must be a time longer than 0, such as 10s");

    std::unique_ptr<Simulator> simulator;
    if (options.target.simulated()) {
        auto started = startSimulator({});
        if (!started) return refuse("the simulated endpoint did not start: " + started.error().message, exitNoTarget);
        simulator = std::move(*started);
        target->baseUrl = simulator->baseUrl();
    }

    const SystemClock clock;
    std::optional<TargetReport> report;
    const InterruptHandler interrupts([](int) { QCoreApplication::quit(); });
    const auto asking = startTargetProbe(clock, *target, *timeout, [&](const TargetReport& told) {
        report = told;
        QCoreApplication::quit();
    });
    if (!asking) return refuse(asking.error().message);
    QCoreApplication::exec();
    if (!report) return exitInterrupted;

    if (options.json) std::printf("%s\n", toJsonText(*target, *report).c_str());
    else if (!report->problem) print(*target, *report);
    if (report->problem) return refuse(report->problem->message, exitNoTarget);
    return exitSuccess;
}

} // namespace

Runner addProbeCommand(CLI::App& root) {
    auto options = std::make_shared<Options>();
    auto* command = root.add_subcommand("probe", "ask the target what it speaks: protocol, TLS, models, round trip");
    options->target.addTo(*command, "sim");
    command->add_option("--connect-timeout", options->timeout, "for the connection, and again for the answer [10s]")->type_name("T");
    command->add_flag("--json", options->json, "print one JSON object");
    return [options] { return probe(*options); };
}

} // namespace penstock::cli
