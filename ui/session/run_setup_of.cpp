#include "ui/session/run_setup_of.h"

#include <nlohmann/json.hpp>

#include <QFileInfo>
#include <QObject>

namespace penstock::ui {

namespace {

using nlohmann::json;

template <typename T>
std::optional<T> field(const json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end()) return std::nullopt;
    if constexpr (std::is_same_v<T, bool>) return found->is_boolean() ? std::optional<T>(found->get<T>()) : std::nullopt;
    else if constexpr (std::is_same_v<T, std::string>) return found->is_string() ? std::optional<T>(found->get<T>()) : std::nullopt;
    else return found->is_number_unsigned() ? std::optional<T>(found->get<T>()) : std::nullopt;
}

} // namespace

Result<WorkloadOptions> workloadOf(const RunInfo& info) {
    const auto path = QString::fromStdString(info.workloadPath);
    if (path.isEmpty())
        return Error{QObject::tr("This run read its requests from standard input: go on with it by penstock-cli run --resume.").toStdString()};
    if (!QFileInfo(path).isReadable())
        return Error{QObject::tr("The workload %1 is not there any more. Put it back, or go on with penstock-cli run --resume and its new place.").arg(path).toStdString()};
    if (!json::parse(info.workloadOptions, nullptr, false).is_object())
        return Error{QObject::tr("The run file does not say how its workload was read.").toStdString()};
    return toldWorkloadOf(info);
}

WorkloadOptions toldWorkloadOf(const RunInfo& info) {
    WorkloadOptions options;
    options.path = info.workloadPath;
    // The file may have been edited by anybody: each field is taken only for what it should be.
    const auto object = json::parse(info.workloadOptions, nullptr, false);
    if (!object.is_object()) return options;
    if (const auto word = field<std::string>(object, "format"))
        if (const auto format = workloadFormatFromString(*word)) options.format = *format;
    options.limit = field<std::uint64_t>(object, "limit");
    options.repeat = field<std::uint64_t>(object, "repeat").value_or(1);
    options.skipBadLines = field<bool>(object, "skip_bad_lines").value_or(false);
    options.model = field<std::string>(object, "model").value_or("");
    if (const auto most = field<std::uint64_t>(object, "max_tokens")) options.maxTokens = static_cast<int>(std::min<std::uint64_t>(*most, 1u << 30));
    options.stream = field<bool>(object, "stream").value_or(true);
    return options;
}

Target targetOf(const RunInfo& info) {
    Target target;
    target.baseUrl = info.targetUrl;
    target.model = info.model;
    target.simulated = info.simulated;
    if (info.httpMode == "1.1") target.http = HttpMode::Http11;
    else if (info.httpMode == "2") target.http = HttpMode::Http2;
    else if (info.httpMode == "h2c") target.http = HttpMode::H2c;
    return target;
}

} // namespace penstock::ui
