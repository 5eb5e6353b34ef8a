#include "app/cli/flags.h"

#include <algorithm>
#include <cstdlib>

namespace penstock::cli {

namespace {

std::string trimmed(std::string text) {
    const auto isSpace = [](unsigned char c) { return std::isspace(c) != 0; };
    text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), isSpace));
    text.erase(std::find_if_not(text.rbegin(), text.rend(), isSpace).base(), text.end());
    return text;
}

Result<ProxyChoice> proxyOf(const std::string& text) {
    ProxyChoice proxy;
    if (text == "none") return proxy;
    if (text == "system") {
        proxy.kind = ProxyChoice::Kind::System;
        return proxy;
    }
    const auto colon = text.rfind(':');
    const Error wrong{"--proxy must be none, system or HOST:PORT"};
    if (colon == std::string::npos || colon == 0) return wrong;
    const std::string digits = text.substr(colon + 1);
    if (digits.empty() || digits.size() > 5 || !std::all_of(digits.begin(), digits.end(), [](unsigned char c) { return std::isdigit(c); }))
        return wrong;
    const int port = std::stoi(digits);
    if (port < 1 || port > 65535) return wrong;
    proxy.kind = ProxyChoice::Kind::Http;
    proxy.host = text.substr(0, colon);
    proxy.port = static_cast<std::uint16_t>(port);
    return proxy;
}

} // namespace

void TargetFlags::addTo(CLI::App& command, const std::string& defaultTarget) {
    url_ = defaultTarget;
    const std::string group = "Target";
    command.add_option("--target", url_, "base URL such as http://127.0.0.1:8000/v1, or sim: the built-in simulated endpoint")
        ->group(group)
        ->type_name("URL|sim");
    command.add_option("--api", api_, "openai-chat")->group(group)->type_name("API");
    command.add_option("--model", model_, "sent where a body names none")->group(group)->type_name("NAME");
    command.add_option("--header", headers_, "added to each request, e.g. 'X-Team: search'; may be given more than once")
        ->group(group)
        ->type_name("'K: V'")
        ->expected(1)
        ->take_all();
    command.add_option("--api-key-env", keyEnv_, "environment variable that holds the API key [OPENAI_API_KEY]")
        ->group(group)
        ->type_name("NAME");
    command.add_option("--ca-file", caFile_, "PEM file with further certificate authorities")->group(group)->type_name("FILE");
    command.add_option("--http", http_, "auto, 1.1, 2 (over TLS) or h2c (in the clear)")->group(group)->type_name("VERSION");
    command.add_option("--proxy", proxy_, "none, system or HOST:PORT [none]")->group(group)->type_name("PROXY");
}

Result<Target> TargetFlags::target() const {
    static const std::map<std::string, HttpMode> modes{
        {"auto", HttpMode::Auto}, {"1.1", HttpMode::Http11}, {"2", HttpMode::Http2}, {"h2c", HttpMode::H2c}};
    Target target;
    if (api_ != "openai-chat") {
        for (const auto* known : {"openai-completions", "openai-responses", "anthropic-messages", "ollama-chat"})
            if (api_ == known) return Error{"--api " + api_ + " is not built yet; this version speaks openai-chat"};
        return Error{"--api must be openai-chat"};
    }
    const auto mode = modes.find(http_);
    if (mode == modes.end()) return Error{"--http must be one of auto, 1.1, 2, h2c"};
    target.http = mode->second;
    target.model = model_;
    target.caFile = caFile_;
    for (const auto& header : headers_) {
        const auto colon = header.find(':');
        // The text is not repeated: it may hold a secret.
        if (colon == std::string::npos || colon == 0) return Error{"--header must have the form 'Name: value'"};
        target.headers.emplace_back(trimmed(header.substr(0, colon)), trimmed(header.substr(colon + 1)));
    }
    const auto proxy = proxyOf(proxy_);
    if (!proxy) return proxy.error();
    target.proxy = *proxy;

    target.simulated = simulated();
    if (target.simulated) return target; // a key has no business there
    if (url_.empty()) return Error{"--target is needed: a base URL such as http://127.0.0.1:8000/v1"};
    target.baseUrl = url_;
    while (!target.baseUrl.empty() && target.baseUrl.back() == '/') target.baseUrl.pop_back();
    if (const char* key = std::getenv(keyEnv_.c_str())) target.apiKey = trimmed(key);
    else if (keyEnv_ != "OPENAI_API_KEY") return Error{"--api-key-env " + keyEnv_ + ": the environment has no such variable"};
    return target;
}

} // namespace penstock::cli
