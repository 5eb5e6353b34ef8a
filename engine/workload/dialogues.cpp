#include "engine/workload/dialogues.h"

#include "engine/workload/chat_body.h"
#include "engine/workload/json_text.h"

namespace penstock {

namespace {

/// What the model is shown as its own earlier turn: what it said. Its reasoning is left out, as the APIs have it; a
/// refusal stands in where there is no text.
const std::string& spoken(const Completion& answer) {
    return answer.text.empty() ? answer.refusal : answer.text;
}

} // namespace

void Dialogues::wait(RequestId id, Dialogue dialogue) {
    if (dialogue.next < dialogue.turns.size()) waiting_.emplace(id, std::move(dialogue));
}

std::optional<Request> Dialogues::finished(RequestId id, const Completion* answer) {
    auto node = waiting_.extract(id);
    if (!node) return std::nullopt;
    auto& dialogue = node.mapped();
    ++dialogue.turn;

    Request request;
    request.id = id + 1;
    request.customId = dialogue.stem + "/" + std::to_string(dialogue.turn) + dialogue.passMark;
    request.stream = options_.stream;
    request.line = dialogue.line;
    request.parent = id;
    const auto text = std::move(dialogue.turns[dialogue.next++]);
    if (answer != nullptr) {
        dialogue.messages +=
            "," + chatMessage("assistant", jsonString(spoken(*answer))) + "," + chatMessage("user", text);
        request.body = std::make_shared<const std::string>(chatBody(options_, dialogue.messages, std::nullopt));
    }
    wait(request.id, std::move(dialogue));
    return request;
}

} // namespace penstock
