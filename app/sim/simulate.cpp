#include "app/sim/simulate.h"

#include "app/cli/exit_status.h"
#include "engine/base/knobs_json.h"
#include "engine/simulator/simulator.h"

#include <QHostAddress>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <pthread.h>

namespace penstock::cli {

namespace {

void addDuration(CLI::App& command, const std::string& flag, Nanos& value, const std::string& help) {
    const std::string shown =
        std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(value).count() / 1000.0);
    command
        .add_option_function<std::string>(
            flag,
            [&value, flag](const std::string& text) {
                const auto parsed = parseDuration(text);
                if (!parsed) throw CLI::ValidationError(flag, parsed.error().message);
                value = *parsed;
            },
            help + " [" + shown.substr(0, shown.find('.') + 2) + "ms]")
        ->type_name("TIME");
}

void addModelOptions(CLI::App& command, SimulatorOptions& options) {
    command.add_option("--slots", options.slots, "sequences in prefill or decode together")->capture_default_str();
    command
        .add_option("--prefill-tokens-per-second", options.prefillTokensPerSecond, "shared by the sequences in prefill")
        ->capture_default_str();
    addDuration(command, "--step-base", options.stepBase, "a decode step takes this, and");
    addDuration(command, "--step-per-sequence", options.stepPerSequence, "this for each active sequence");
    command.add_option("--waiting-room", options.waitingRoom, "requests that may wait for a slot; beyond them 429")
        ->capture_default_str();
    command
        .add_option("--kv-tokens", options.kvTokens,
                    "KV budget and context length; exceeded, the youngest sequence is preempted")
        ->capture_default_str();
    command
        .add_option("--output-tokens", options.defaultOutputTokens,
                    "mean length of an answer that max_tokens does not cut")
        ->capture_default_str();
    addDuration(command, "--connect-delay", options.connectDelay, "round trips charged to each new connection");
    command.add_option("--rpm", options.requestsPerMinute, "requests a minute; 0: no limit")->capture_default_str();
    command.add_option("--tpm", options.tokensPerMinute, "prompt and answer tokens a minute; 0: no limit")
        ->capture_default_str();
    command.add_option("--seed", options.seed, "what texts, lengths and faults are drawn from")->capture_default_str();
}

void addFaultOptions(CLI::App& command, SimulatorOptions& options) {
    command.add_option("--fault-429", options.fault429, "share of requests, 0 to 1, answered 429");
    command.add_option("--fault-5xx", options.fault5xx, "... answered 500, 502, 503 or 529");
    command.add_option("--fault-drop", options.faultDrop, "... whose connection ends before the headers");
    command.add_option("--fault-cut", options.faultCut, "... cut in mid-stream");
    command.add_option("--fault-stall", options.faultStall, "... that go silent in mid-stream");
    command.add_option("--fault-error-event", options.faultErrorEvent, "... with an error inside the 200 stream");
}

/// Where a script waits for the file, it finds it whole or not at all.
bool writeCertificate(const std::string& path, const std::string& pem) {
    const std::string part = path + ".part";
    {
        std::ofstream file(part, std::ios::binary | std::ios::trunc);
        file << pem;
        if (!file.flush()) return false;
    }
    return std::rename(part.c_str(), path.c_str()) == 0;
}

void printStats(const nlohmann::json& stats) {
    const auto number = [&](const char* name) { return stats.value(name, std::int64_t{0}); };
    std::fprintf(
        stderr,
        "simulated endpoint: %lld requests, %lld successes, %lld answered 429, peak in flight %lld, %lld connections, "
        "%lld output tokens\n",
        static_cast<long long>(number("requests")), static_cast<long long>(number("successes")),
        static_cast<long long>(number("status_429")), static_cast<long long>(number("peak_in_flight")),
        static_cast<long long>(number("connections_opened")), static_cast<long long>(number("output_tokens")));
}

int fail(const std::string& reason) {
    std::fprintf(stderr, "simulated endpoint: %s\n", reason.c_str());
    return exitBadInput;
}

} // namespace

std::shared_ptr<SimulateSettings> addSimulateOptions(CLI::App& command) {
    auto settings = std::make_shared<SimulateSettings>();
    SimulatorOptions& options = settings->options;
    command.add_option("--port", options.port, "0: any free one")->capture_default_str();
    command
        .add_option("--address", options.address,
                    "IP address to listen on; anything but loopback is open to the network")
        ->capture_default_str();
    command.add_flag_callback(
        "--tls", [settings = settings.get()] { settings->options.protocol = SimulatorOptions::Protocol::Tls; },
        "HTTPS with a certificate made at start-up; see --write-ca");
    command.add_option("--write-ca", settings->caFile, "write the PEM that verifies the certificate to this file")
        ->type_name("FILE");
    command.add_option("--max-concurrent-streams", options.maxConcurrentStreams, "HTTP/2 streams a connection")
        ->capture_default_str();
    addModelOptions(command, options);
    addFaultOptions(command, options);
    return settings;
}

int simulate(const SimulateSettings& settings) {
    const SimulatorOptions& options = settings.options;
    if (!settings.caFile.empty() && options.protocol != SimulatorOptions::Protocol::Tls)
        return fail("--write-ca has nothing to write without --tls");
    QHostAddress address;
    if (!address.setAddress(QString::fromStdString(options.address)))
        return fail("--address must be an IP address, such as 127.0.0.1 or ::1, not '" + options.address + "'");

    // Blocked before the simulator's thread begins, which inherits it: the signals wait for sigwait() below.
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ending, nullptr);

    const auto simulator = startSimulator(options);
    if (!simulator) return fail(simulator.error().message);
    if (!settings.caFile.empty() && !writeCertificate(settings.caFile, (*simulator)->certificatePem()))
        return fail("--write-ca: cannot write '" + settings.caFile + "'");
    if (!address.isLoopback())
        std::fprintf(stderr, "simulated endpoint: listening on %s, which other machines may reach\n",
                     options.address.c_str());
    std::printf("simulated endpoint: %s\n", (*simulator)->baseUrl().c_str());
    std::fflush(stdout);

    int signal = 0;
    sigwait(&ending, &signal);
    printStats((*simulator)->stats());
    return exitSuccess;
}

} // namespace penstock::cli
