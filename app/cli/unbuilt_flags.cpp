#include "app/cli/flags.h"

namespace penstock::cli {

void refuseUnbuiltFlags(CLI::App& command) {
    for (const auto* name : {"--request-rate", "--requests-per-minute", "--tokens-per-minute", "--adaptive", "--retry-budget", "--retry-on",
                             "--salvage", "--goodput", "--prometheus", "--otlp"}) {
        command
            .add_option_function<std::string>(
                name, [name](const std::string&) { throw CLI::ValidationError(std::string(name) + " is not built yet"); })
            ->group("");
    }
    const auto only = [&](const char* name, std::string built) {
        command
            .add_option_function<std::string>(name,
                                              [name, built](const std::string& value) {
                                                  if (value != built)
                                                      throw CLI::ValidationError(std::string(name) + " " + value
                                                                                 + " is not built yet; this version has " + built);
                                              })
            ->group("");
    };
    only("--arrival", "closed");
    only("--transport", "qt");
}

} // namespace penstock::cli
