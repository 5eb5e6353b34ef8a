#pragma once

#include "engine/record/recorder.h"

#include <map>
#include <vector>

namespace penstock::test {

/// A Recorder that keeps everything in memory, for the test to read, and whose queue is full when the test says so.
class MemoryRecorder final : public Recorder {
public:
    bool hasRoom() const override { return room_; }
    void setOnRoom(std::function<void()> onRoom) override { onRoom_ = std::move(onRoom); }
    void segment(const Segment& segment) override { segments.push_back(segment); }
    void pause(const Pause& pause) override { pauses.push_back(pause); }
    void span(const Span& span, const SessionTotals& now) override {
        totals = now;
        ++spanCount;
        if (!keep) return;
        spans.push_back(span);
        spanTotals.push_back(now);
    }
    void result(const RequestResult& result) override {
        ++resultCount;
        if (keep) results.push_back(result);
    }
    void sample(const Snapshot& snapshot) override { last = snapshot; }
    std::optional<Completion> storedAnswer(RequestId id) override {
        const auto it = answers.find(id);
        return it == answers.end() ? std::nullopt : std::optional(it->second);
    }
    std::optional<Error> failure() const override { return broken; }
    Result<Summary> close(const SessionTotals& last, bool) override {
        totals = last;
        return Summary{};
    }
    std::vector<SegmentFigures> figures() const override { return {}; }

    void setRoom(bool room) {
        room_ = room;
        if (room_ && onRoom_) onRoom_();
    }

    bool keep = true; ///< false: only count
    std::uint64_t spanCount = 0, resultCount = 0;
    std::vector<Segment> segments;
    std::vector<Pause> pauses; ///< each once it began, and once it ended
    std::vector<Span> spans;
    std::vector<SessionTotals> spanTotals; ///< as they came with each span
    std::vector<RequestResult> results;
    std::map<RequestId, Completion> answers;
    std::optional<Error> broken;
    Snapshot last;
    SessionTotals totals;

private:
    bool room_ = true;
    std::function<void()> onRoom_;
};

} // namespace penstock::test
