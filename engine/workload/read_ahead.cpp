#include "engine/workload/read_ahead.h"

#include "engine/workload/digest_marks.h"
#include "engine/workload/line_parser.h"

#include <algorithm>
#include <pthread.h>

namespace penstock {

std::size_t ReadItem::bytes() const {
    std::size_t sum = request.body->size();
    if (!dialogue) return sum;
    sum += dialogue->messages.size();
    // What holds a turn counts too: a hostile line may have millions of one byte each.
    for (const auto& turn : dialogue->turns)
        sum += sizeof turn + turn.size();
    return sum;
}

ReadAhead::ReadAhead(WorkloadInput input, const WorkloadOptions& options, const WorkloadCheck& check,
                     std::function<void()> onReady)
    : input_(std::move(input))
    , options_(options)
    , check_(check)
    , onReady_(std::move(onReady))
    , thread_([this] { run(); }) {}

ReadAhead::~ReadAhead() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    room_.notify_all();
    thread_.join();
}

ReadAhead::Taken ReadAhead::take() {
    ReadItem item;
    bool roomy = false;
    {
        const std::lock_guard lock(mutex_);
        if (items_.empty()) {
            if (finished_ && end_) return *end_;
            if (finished_) return End{};
            wanted_ = true;
            return NotYet{};
        }
        item = std::move(items_.front());
        items_.pop_front();
        bytes_ -= item.bytes();
        // Half empty, so that the reader is not woken for each request.
        roomy = items_.size() <= maxItems / 2 && bytes_ <= maxBytes / 2;
    }
    if (roomy) room_.notify_one();
    return item;
}

void ReadAhead::run() {
    ::pthread_setname_np(::pthread_self(), threadName);
    for (std::uint64_t pass = 1; options_.repeat == 0 || pass <= options_.repeat; ++pass)
        if (!readPass(pass)) break;
    finish(failure_);
}

bool ReadAhead::readPass(std::uint64_t pass) {
    if (const auto status = input_.rewind(); !status) {
        failure_ = status.error();
        return false;
    }
    const Error changed{workloadLabel(options_) +
                        " has changed since it was checked: put it back as it was and resume, or start a new run"};
    LineSplitter splitter(options_.maxLineBytes);
    DigestMarks digest;
    std::vector<char> buffer(DigestMarks::blockBytes);
    bool goOn = true;
    const auto sink = [&](const Line& line) { return goOn = readLine(line, pass); };
    while (goOn && digest.bytes() < check_.bytes) {
        if (stopped()) return false;
        const auto size =
            static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), check_.bytes - digest.bytes()));
        const auto got = input_.read(buffer.data(), size);
        if (!got) {
            failure_ = got.error();
            return false;
        }
        digest.update({buffer.data(), *got});
        const auto blocks = digest.marks().size();
        const bool same = *got == size && blocks <= check_.marks.size() &&
                          (blocks == 0 || digest.marks().back() == check_.marks[blocks - 1]) &&
                          (digest.bytes() < check_.bytes || digest.hex() == check_.digest);
        if (!same) {
            failure_ = changed;
            return false;
        }
        splitter.feed({buffer.data(), *got}, sink);
    }
    if (goOn) splitter.finish(sink);
    return goOn;
}

bool ReadAhead::readLine(const Line& line, std::uint64_t pass) {
    auto content = parseLine(line, check_.format, options_);
    if (const auto* bad = std::get_if<Error>(&content)) {
        if (options_.skipBadLines) return !stopped();
        failure_ = Error{workloadLabel(options_) + ":" + std::to_string(line.number) + ": " + bad->message};
        return false;
    }
    auto* parsed = std::get_if<ParsedLine>(&content);
    if (parsed == nullptr) return !stopped();

    const auto passMark = pass > 1 ? "#" + std::to_string(pass) : std::string();
    ReadItem item;
    item.request = std::move(parsed->first);
    item.request.id = nextId_;
    nextId_ += parsed->requests();
    if (!parsed->laterTurns.empty()) {
        auto& id = item.request.customId;
        item.dialogue = Dialogue{id.substr(0, id.rfind('/')),
                                 passMark,
                                 std::move(parsed->messages),
                                 std::move(parsed->laterTurns),
                                 0,
                                 1,
                                 line.number};
    }
    item.request.customId += passMark;
    return put(std::move(item));
}

bool ReadAhead::put(ReadItem item) {
    const auto size = item.bytes();
    bool wake = false;
    {
        std::unique_lock lock(mutex_);
        room_.wait(lock,
                   [&] { return stop_ || items_.empty() || (items_.size() < maxItems && bytes_ + size <= maxBytes); });
        if (stop_) return false;
        items_.push_back(std::move(item));
        bytes_ += size;
        wake = std::exchange(wanted_, false);
    }
    if (wake) onReady_();
    return true;
}

void ReadAhead::finish(std::optional<Error> failure) {
    bool wake = false;
    {
        const std::lock_guard lock(mutex_);
        finished_ = true;
        end_ = std::move(failure);
        wake = std::exchange(wanted_, false);
    }
    if (wake) onReady_();
}

bool ReadAhead::stopped() const {
    const std::lock_guard lock(mutex_);
    return stop_;
}

} // namespace penstock
