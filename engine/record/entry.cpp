#include "engine/record/entry.h"

namespace penstock::record {

namespace {

std::size_t heapOf(const ClosedAttempt& attempt) {
    const auto& span = attempt.span;
    return span.customId.size() + span.outcome.message.size() + span.outcome.code.size() + span.spanId.size() +
           span.parentId.size();
}

std::size_t heapOf(const RequestResult& result) {
    const auto& completion = result.completion;
    std::size_t bytes = result.customId.size() + result.outcome.message.size() + result.outcome.code.size() +
                        result.serverRequestId.size() + completion.responseId.size() + completion.model.size() +
                        completion.text.size() + completion.reasoning.size() + completion.refusal.size();
    if (result.requestBody) bytes += result.requestBody->size();
    for (const auto& call : completion.toolCalls)
        bytes += sizeof call + call.id.size() + call.name.size() + call.arguments.size();
    return bytes;
}

std::size_t heapOf(const Snapshot& snapshot) {
    return snapshot.retriesByCause.size() * 96;
}
std::size_t heapOf(const Segment& segment) {
    return segment.knobs.degradeOverrides.size();
}
std::size_t heapOf(const Pause&) {
    return 0;
}

} // namespace

std::size_t bytesOf(const Entry& entry) {
    return sizeof entry + std::visit([](const auto& value) { return heapOf(value); }, entry);
}

} // namespace penstock::record
