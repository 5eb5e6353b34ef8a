#include "engine/admission/degrade.h"

#include <nlohmann/json.hpp>

namespace penstock {

Result<std::shared_ptr<const std::string>> degradedBody(const std::string& body, std::string_view overrides) {
    auto document = nlohmann::ordered_json::parse(body, nullptr, false);
    const auto patch = nlohmann::ordered_json::parse(overrides, nullptr, false);
    if (!document.is_object()) return Error{"the body is no JSON object"};
    if (!patch.is_object()) return Error{"degrade-overrides is no JSON object"};
    document.merge_patch(patch);
    return std::shared_ptr<const std::string>(
        std::make_shared<std::string>(document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)));
}

} // namespace penstock
