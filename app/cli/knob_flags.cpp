#include "app/cli/flags.h"
#include "app/cli/profile.h"

#include "engine/base/knobs_json.h"

namespace penstock::cli {

namespace {

/// What help says of a knob; the words themselves come from knobs_json.h, so that none can be forgotten.
std::string_view helpOf(const std::string& word) {
    static const std::map<std::string, std::string_view> help{
        {"max-concurrency", "in-flight cap: attempts that may be on the network at once"},
        {"queue-capacity", "requests that may wait for a slot"},
        {"queue-policy", "when the queue is full: block, shed or degrade"},
        {"degrade-overrides", "what degrade lays over a body, as a JSON object"},
        {"connection-reuse", "pooled, or never (a new connection for each request: the wasteful baseline)"},
        {"max-connections", "bound on open connections; 0: as many as the cap needs"},
        {"prewarm", "on or off: open the connections before the first request"},
        {"connect-timeout", "admitted to sent"},
        {"first-token-timeout", "sent to first token"},
        {"idle-timeout", "longest silence after the first byte"},
        {"attempt-timeout", "one attempt as a whole"},
        {"deadline", "one request from its first attempt on, retries and waits between them included"},
        {"max-attempts", "attempts a request; 1: no retry"},
        {"backoff-initial", "bound of the wait before the first retry; doubles with each"},
        {"backoff-max", "largest bound of that wait"},
        {"jitter", "full (uniform between 0 and the bound) or none"},
        {"retry-after-max", "longest Retry-After that is waited for"},
        {"max-line-bytes", "bound on one line of a stream"},
        {"max-event-bytes", "bound on one event of a stream"},
        {"max-event-lines", "bound on the lines of one event"},
        {"max-response-bytes", "bound on one response"},
        {"cost-per-hour", "what an hour of the capacity costs"},
        {"input-token-price", "per million tokens; 0: not billed by token"},
        {"output-token-price", "per million tokens; 0: not billed by token"},
        {"currency", "code of the currency of cost and prices"},
    };
    const auto it = help.find(word);
    return it == help.end() ? std::string_view{} : it->second;
}

/// A flag's text as the JSON value of its knob: numbers where the knob has one, text otherwise.
nlohmann::json valueOf(const std::string& text, const nlohmann::ordered_json& like) {
    if (like.is_number()) {
        auto number = nlohmann::json::parse(text, nullptr, false);
        if (number.is_number()) return number;
    }
    return text;
}

} // namespace

void KnobFlags::addTo(CLI::App& command) {
    command.add_option("--profile", profile_, "baseline, controlled, or a JSON file of knobs; flags override it")
        ->group("Knobs")
        ->type_name("NAME|FILE");
    const auto defaults = toJson(Knobs{});
    for (const auto& [word, value] : defaults.items()) {
        const std::string name = word;
        const auto shown = value.is_string() ? value.get<std::string>() : value.dump();
        command
            .add_option_function<std::string>("--" + name, [this, name](const std::string& text) { given_[name] = text; },
                                              std::string(helpOf(name)))
            ->group("Knobs")
            ->type_name(shown.empty() ? "TEXT" : "[" + shown + "]");
    }
}

Result<Knobs> KnobFlags::knobs() const {
    Knobs knobs;
    if (!profile_.empty()) {
        const auto profile = loadProfile(profile_);
        if (!profile) return profile.error();
        if (const auto applied = applyJson(*profile, knobs); !applied)
            return Error{"profile " + profile_ + ": " + applied.error().message};
    }
    const auto defaults = toJson(Knobs{});
    nlohmann::json flags = nlohmann::json::object();
    for (const auto& [word, text] : given_) flags[word] = valueOf(text, defaults[word]);
    if (const auto applied = applyJson(flags, knobs); !applied) return Error{"--" + applied.error().message};
    return knobs;
}

} // namespace penstock::cli
