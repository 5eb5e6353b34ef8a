#pragma once

#include "engine/base/clock.h"
#include "engine/base/result.h"
#include "engine/base/target.h"
#include "engine/base/target_report.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace penstock {

/// Asks a target what it is: one connection for what it speaks, then GET {base}/models, of which at most 1 MiB is read.
/// Belongs to its thread, which must run an event loop. Destroying it ends the asking without a call.
class TargetProbe {
public:
    using Done = std::function<void(const TargetReport&)>;

    virtual ~TargetProbe() = default;
};

/// `done` is called once, never from inside, within `timeout` for each of the two steps. An Error when the target is
/// none (URL, headers, CA file). The clock must outlive the probe.
Result<std::unique_ptr<TargetProbe>> startTargetProbe(const Clock& clock, const Target& target, Nanos timeout,
                                                      TargetProbe::Done done);

/// The names in an answer to GET /models, of OpenAI's form (`data[].id`) or Ollama's (`models[].name`): at most 1000,
/// each cut to 200 bytes, control characters replaced. An Error when it is neither.
Result<std::vector<std::string>> parseModels(std::string_view json);

} // namespace penstock
