#include "app/cli/commands.h"
#include "app/cli/exit_status.h"
#include "app/cli/interrupt.h"

#include "engine/run_archive.h"

#include <QCoreApplication>

#include <cstdio>

namespace penstock::cli {

namespace {

struct Options {
    std::string run, format, output;
};

int refuse(const std::string& message) {
    std::fprintf(stderr, "penstock-cli: %s\n", message.c_str());
    return exitBadInput;
}

int exportRun(const Options& options) {
    RunArchive::ExportKind kind{};
    if (options.format == "csv") kind = RunArchive::ExportKind::SpansCsv;
    else if (options.format == "jsonl") kind = RunArchive::ExportKind::ResultsJsonl;
    else if (options.format == "otlp" || options.format == "html" || options.format == "md")
        return refuse("export --format " + options.format + " is not built yet; csv and jsonl are");
    else return refuse("--format must be csv or jsonl, not " + options.format);

    RunArchive archive;
    std::optional<std::string> problem;
    bool interrupted = false;
    const InterruptHandler interrupts([&](int) {
        interrupted = true;
        archive.cancelExport();
    });
    archive.open(options.run, [&](const Result<RunOverview>& run) {
        if (!run) problem = run.error().message;
        else if (interrupted) problem = "interrupted";
        if (problem) return QCoreApplication::quit();
        archive.exportTo(kind, options.output, {}, [&](const Result<RunArchive::Exported>& written) {
            if (!written) problem = written.error().message;
            QCoreApplication::quit();
        });
    });
    QCoreApplication::exec();
    if (interrupted && problem) return exitInterrupted;
    if (problem) return refuse(*problem);
    return exitSuccess;
}

} // namespace

Runner addExportCommand(CLI::App& root) {
    auto options = std::make_shared<Options>();
    auto* command = root.add_subcommand("export", "write the spans (csv) or the results (jsonl) of a run file");
    command->add_option("run", options->run, "the run file, or the folder that holds it")->required()->type_name("RUN.penstock");
    command->add_option("--format", options->format, "csv: one row an attempt; jsonl: one line a request")->required()->type_name("csv|jsonl");
    command->add_option("--output", options->output, "the file to write")->required()->type_name("PATH");
    return [options] { return exportRun(*options); };
}

} // namespace penstock::cli
