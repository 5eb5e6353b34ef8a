#include "app/cli/commands.h"
#include "app/cli/decode_report.h"
#include "app/cli/exit_status.h"
#include "app/cli/input_chunks.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace penstock::cli {

namespace {

struct DecodeOptions {
    std::string protocol;
    std::string file;
    std::string stream = "on";
    std::size_t chunkBytes = 64u << 10;
    bool json = false;
    StreamLimits limits;
};

constexpr std::array<std::string_view, 4> protocolsToCome{"openai-completions", "openai-responses",
                                                          "anthropic-messages", "ollama-chat"};

int refuse(const std::string& reason) {
    std::fprintf(stderr, "penstock-cli: decode: %s\n", reason.c_str());
    return exitBadInput;
}

/// Output that went nowhere (a full disk) must not look like an answer.
int closeOutput(int status) {
    if (std::fflush(stdout) == 0 && !std::ferror(stdout)) return status;
    return refuse("standard output cannot be written");
}

std::string sentenceOf(SseOverrun overrun) {
    switch (overrun) {
    case SseOverrun::None:
        return {};
    case SseOverrun::LineBytes:
        return "a line is longer than --max-line-bytes";
    case SseOverrun::EventBytes:
        return "an event is larger than --max-event-bytes";
    case SseOverrun::EventLines:
        return "an event has more lines than --max-event-lines";
    }
    return {};
}

int decodeSse(const DecodeOptions& options, InputChunks& input) {
    SseReport report(stdout, options.json);
    SseParser parser(options.limits, report);
    SseOverrun overrun = SseOverrun::None;
    while (overrun == SseOverrun::None) {
        const auto chunk = input.next();
        if (!chunk) return refuse(chunk.error().message);
        if (chunk->empty()) break;
        overrun = parser.feed(*chunk);
    }
    const std::string problem = sentenceOf(overrun);
    report.finish(parser, problem);
    if (!problem.empty()) return closeOutput(refuse(options.file + ": " + problem));
    return closeOutput(exitSuccess);
}

int decodeDialect(const DecodeOptions& options, InputChunks& input, Api api) {
    const auto decoder = makeDecoder(api, options.limits, makeJsonScratch());
    decoder->reset({}, options.stream == "on");
    while (decoder->wantsMore()) {
        const auto chunk = input.next();
        if (!chunk) return refuse(chunk.error().message);
        if (chunk->empty()) break;
        decoder->feed(*chunk);
    }
    decoder->finish();
    reportDecoded(stdout, *decoder, options.json);
    return closeOutput(exitSuccess);
}

int decode(const DecodeOptions& options) {
    const bool sse = options.protocol == "sse";
    if (!sse && options.protocol != "openai-chat") {
        const bool toCome =
            std::find(protocolsToCome.begin(), protocolsToCome.end(), options.protocol) != protocolsToCome.end();
        return refuse("--protocol " + options.protocol + (toCome ? " is not built yet" : " is not known") +
                      "; this version decodes sse and openai-chat");
    }
    auto input = InputChunks::open(options.file, options.chunkBytes);
    if (!input) return refuse(input.error().message);
    return sse ? decodeSse(options, *input) : decodeDialect(options, *input, Api::OpenAiChat);
}

} // namespace

Runner addDecodeCommand(CLI::App& root) {
    CLI::App* const command = root.add_subcommand("decode", "Shows what the parser makes of a captured stream");
    const auto options = std::make_shared<DecodeOptions>();
    const CLI::Range bound(std::size_t{1}, std::size_t{1} << 30);
    command->add_option("--protocol", options->protocol, "sse, or the API dialect: openai-chat")->required();
    command->add_option("FILE", options->file, "the captured response body; - for standard input")->required();
    command->add_option("--chunk", options->chunkBytes, "bytes handed to the parser at a time")
        ->check(CLI::Range(std::size_t{1}, std::size_t{16} << 20));
    command->add_flag("--json", options->json, "print one JSON object");
    command->add_option("--stream", options->stream, "whether the request had asked for a stream: on or off")
        ->check(CLI::IsMember({"on", "off"}));
    command->add_option("--max-line-bytes", options->limits.maxLineBytes, "bound on one line")->check(bound);
    command->add_option("--max-event-bytes", options->limits.maxEventBytes, "bound on one event's data")->check(bound);
    command->add_option("--max-event-lines", options->limits.maxEventLines, "bound on the lines of one event")
        ->check(bound);
    command->add_option("--max-response-bytes", options->limits.maxResponseBytes, "bound on the body of a dialect")
        ->check(bound);
    return [options] { return decode(*options); };
}

} // namespace penstock::cli
