#include "app/cli/commands.h"
#include "app/cli/exit_status.h"
#include "app/cli/flags.h"
#include "app/cli/interrupt.h"
#include "app/cli/log_level.h"
#include "app/cli/progress.h"
#include "app/cli/report.h"

#include "engine/base/knobs_json.h"
#include "engine/engine.h"
#include "engine/simulator/simulator.h"

#include <QCoreApplication>
#include <QDateTime>

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace penstock::cli {

namespace {

struct Options {
    KnobFlags knobs;
    TargetFlags target;
    WorkloadFlags workload;
    std::string output, grace = "10s", progress = "auto", logLevel = "warning";
    std::uint64_t seed = 1;
    bool resume = false, json = false;
};

int refuse(const std::string& message, int status = exitBadInput) {
    std::fprintf(stderr, "penstock-cli: %s\n", message.c_str());
    return status;
}

std::string defaultOutput() {
    return "penstock-" + QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-HHmmss")).toStdString();
}

/// summary.json as it was written, so that both are the same to the last digit.
void printSummary(const std::string& outputDir) {
    std::ifstream file(std::filesystem::path(outputDir) / "summary.json");
    std::string line;
    while (std::getline(file, line)) std::printf("%s\n", line.c_str());
}

int statusOf(const RunEnd& end) {
    switch (end.kind) {
    case RunEnd::Kind::Complete:
        return end.summary && end.summary->successes == end.summary->requests ? exitSuccess : exitSomeFailed;
    case RunEnd::Kind::Interrupted: return exitInterrupted;
    case RunEnd::Kind::BadInput: return exitBadInput;
    case RunEnd::Kind::NoTarget: return exitNoTarget;
    case RunEnd::Kind::Failed: return exitSomeFailed;
    }
    return exitSomeFailed;
}

Result<RunOptions> runOptions(const Options& options) {
    RunOptions run;
    auto knobs = options.knobs.knobs();
    if (!knobs) return knobs.error();
    run.knobs = std::move(*knobs);
    auto target = options.target.target();
    if (!target) return target.error();
    run.target = std::move(*target);
    auto workload = options.workload.workload();
    if (!workload) return workload.error();
    run.workload = std::move(*workload);
    if (run.workload.repeat == 0 && run.knobs.queuePolicy == QueuePolicy::Shed)
        return Error{"--queue-policy shed with --repeat 0 would shed without end: a file is read faster than it can be answered"};
    run.workload.model = run.target.model;
    run.outputDir = options.output;
    if (run.outputDir.empty()) {
        if (options.resume) return Error{"--resume needs --output: the folder of the run to go on with"};
        run.outputDir = defaultOutput();
    }
    run.workload.spoolFile = (std::filesystem::path(run.outputDir) / "workload.spool").string();
    run.resume = options.resume;
    run.seed = options.seed;
    return run;
}

int run(const Options& options) {
    auto prepared = runOptions(options);
    if (!prepared) return refuse(prepared.error().message);
    RunOptions& run = *prepared;
    const auto mode = progressModeOf(options.progress);
    if (!mode) return refuse(mode.error().message);
    if (const auto set = setLogLevel(options.logLevel); !set) return refuse(set.error().message);
    const auto grace = parseDuration(options.grace);
    if (!grace) return refuse("--grace " + grace.error().message);

    std::unique_ptr<Simulator> simulator;
    if (options.target.simulated()) {
        SimulatorOptions simulated;
        simulated.seed = options.seed;
        if (run.target.http == HttpMode::Http2) simulated.protocol = SimulatorOptions::Protocol::Tls;
        auto started = startSimulator(simulated);
        if (!started) return refuse("the simulated endpoint did not start: " + started.error().message, exitNoTarget);
        simulator = std::move(*started);
        run.target.baseUrl = simulator->baseUrl();
        if (const auto pem = simulator->certificatePem(); !pem.empty()) run.target.caPem.push_back(pem);
    }

    Progress progress(*mode);
    std::optional<RunEnd> end;
    Engine engine({[&](std::shared_ptr<const Snapshot> snapshot) {
                       if (!end) progress.show(*snapshot);
                   },
                   [&](RunEnd how) {
                       end = std::move(how);
                       QCoreApplication::quit();
                   }});
    const InterruptHandler interrupts([&](int times) {
        progress.say(times == 1 ? "stopping: no request is admitted any more; streams have " + options.grace
                                      + " to finish (Ctrl-C again cancels them)"
                                : "cancelling what is in flight");
        engine.stop(times == 1 ? *grace : Nanos{0});
    });
    if (const auto started = engine.start(run); !started) return refuse(started.error().message);
    QCoreApplication::exec();
    progress.finish();

    if (!end->message.empty()) progress.say(end->message);
    if (options.json && end->summary) printSummary(run.outputDir);
    else std::fputs(report(*end, run.knobs.costPerHour, run.outputDir).c_str(), stdout);
    return statusOf(*end);
}

} // namespace

Runner addRunCommand(CLI::App& root) {
    auto options = std::make_shared<Options>();
    auto* command = root.add_subcommand("run", "run a workload and write the output folder");
    options->workload.addTo(*command);
    options->target.addTo(*command, "sim");
    command->add_option("--output", options->output, "output folder [penstock-DATE-TIME]")->type_name("DIR");
    command->add_flag("--resume", options->resume, "go on with the run that the output folder holds");
    command->add_option("--seed", options->seed, "of what is drawn by chance [1]")->type_name("N");
    command->add_option("--grace", options->grace, "after Ctrl-C, how long streams may go on [10s]")->type_name("T");
    command->add_option("--progress", options->progress, "auto, plain or none")->type_name("HOW");
    command->add_option("--log-level", options->logLevel, "trace, debug, info, warning, error or off [warning]")->type_name("LEVEL");
    command->add_flag("--json", options->json, "print summary.json at the end, instead of the report");
    options->knobs.addTo(*command);
    refuseUnbuiltFlags(*command);
    return [options] { return run(*options); };
}

} // namespace penstock::cli
