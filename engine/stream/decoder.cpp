#include "engine/stream/decoder.h"

#include "engine/stream/json_scratch.h"
#include "engine/stream/openai_chat_decoder.h"
#include "engine/stream/utf8.h"

namespace penstock {

namespace {

/// Error bodies are short; of a longer one only the beginning is read, as text.
constexpr std::size_t longestErrorBody = 1u << 20;

} // namespace

std::shared_ptr<JsonScratch> makeJsonScratch() {
    return std::make_shared<JsonScratch>();
}

std::unique_ptr<Decoder> makeDecoder(Api api, const StreamLimits& limits, std::shared_ptr<JsonScratch> engineScratch) {
    switch (api) {
    case Api::OpenAiChat:
        return std::make_unique<OpenAiChatDecoder>(limits, std::move(engineScratch));
    }
    return nullptr;
}

ServerMessage readErrorBody(std::string_view body) {
    const auto shape = shapeOf(body);
    if (!shape) return {};
    body.remove_prefix(shape->at);
    if (shape->shape == BodyShape::WebPage)
        if (std::string title = titleOf(body.substr(0, longestErrorBody)); !title.empty())
            return {"", std::move(title)};
    if (shape->shape == BodyShape::Json && body.size() <= longestErrorBody) {
        std::string repaired;
        appendRepairedUtf8(body, repaired);
        JsonScratch scratch;
        simdjson::dom::element document;
        if (!scratch.parse(repaired).get(document)) return readError(document).message;
    }
    return {"", presentable(body)};
}

} // namespace penstock
