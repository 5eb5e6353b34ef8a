#pragma once

#include "engine/workload/source.h"

#include <deque>
#include <map>
#include <vector>

namespace penstock::test {

/// A RequestSource made of a list, or of a count of equal requests; turns of a dialogue where the test says so.
class ListSource final : public RequestSource {
public:
    /// `count` requests `r0`, `r1`, ... of the same small body.
    explicit ListSource(std::uint64_t count)
        : count_(count) {}

    Next next() override {
        if (behind) return NotYet{};
        if (nextId_ >= count_) return End{};
        return make(nextId_++);
    }
    void setOnReady(std::function<void()> onReady) override { onReady_ = std::move(onReady); }
    std::optional<Request> finished(RequestId id, const Completion* answer) override {
        if (keepReports) reports.emplace_back(id, answer != nullptr);
        ++reportCount;
        const auto it = followUps.find(id);
        if (it == followUps.end()) return std::nullopt;
        auto request = make(it->second);
        request.parent = id;
        if (answer == nullptr) request.body = nullptr;
        else request.body = std::make_shared<const std::string>(R"({"after":")" + answer->text + R"("})");
        return request;
    }

    /// The reader has caught up.
    void catchUp() {
        behind = false;
        if (onReady_) onReady_();
    }

    bool behind = false;
    bool keepReports = true;
    std::uint64_t reportCount = 0;
    std::map<RequestId, RequestId> followUps; ///< the next turn of a request
    std::vector<std::pair<RequestId, bool>> reports;

private:
    Request make(RequestId id) const {
        Request request;
        request.id = id;
        request.customId = "r" + std::to_string(id);
        request.body = body_;
        request.line = id + 1;
        return request;
    }

    std::uint64_t count_;
    RequestId nextId_ = 0;
    std::function<void()> onReady_;
    std::shared_ptr<const std::string> body_ =
        std::make_shared<const std::string>(R"({"model":"big","messages":[{"role":"user","content":"hi"}],"max_tokens":8})");
};

} // namespace penstock::test
