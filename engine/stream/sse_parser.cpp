#include "engine/stream/sse_parser.h"

#include "engine/stream/utf8.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

namespace penstock {

namespace {

constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";
constexpr std::array<std::string_view, 4> knownFields{"data", "event", "id", "retry"};

/// Buffers above this are given back at reset: one hostile event must not be paid for by each later response.
constexpr std::size_t keptBytes = 64u << 10;

void emptyOrFree(std::string& buffer) {
    if (buffer.capacity() > keptBytes) std::string().swap(buffer);
    buffer.clear();
}

/// Finds line ends in one feed. Each position is looked for once, so that a feed of nothing but CR stays linear.
class LineEnds {
public:
    LineEnds(const char* begin, const char* end)
        : end_(end)
        , lineFeed_(find(begin, '\n'))
        , carriageReturn_(find(begin, '\r')) {}

    /// The first line end at or after `at`, which never moves back; the end when there is none.
    const char* next(const char* at) {
        if (lineFeed_ < at) lineFeed_ = find(at, '\n');
        if (carriageReturn_ < at) carriageReturn_ = find(at, '\r');
        return std::min(lineFeed_, carriageReturn_);
    }

private:
    const char* find(const char* from, char wanted) const {
        if (from == end_) return end_;
        const void* found = std::memchr(from, wanted, static_cast<std::size_t>(end_ - from));
        return found ? static_cast<const char*>(found) : end_;
    }

    const char* end_;
    const char* lineFeed_;
    const char* carriageReturn_;
};

void assignRepaired(std::string& out, std::string_view value) {
    out.clear();
    if (isValidUtf8(value))
        out.append(value);
    else
        appendRepairedUtf8(value, out);
}

} // namespace

void SseParser::reset() {
    bomBytes_ = 0;
    started_ = skipLineFeed_ = stopped_ = sawStreamLine_ = false;
    overrun_ = SseOverrun::None;
    dataInFeed_ = eventPending_ = false;
    dataLines_ = eventLines_ = 0;
    for (std::string* buffer : {&line_, &data_, &type_, &pendingId_, &lastEventId_, &repaired_})
        emptyOrFree(*buffer);
    retry_.reset();
    comments_ = 0;
}

SseOverrun SseParser::feed(std::string_view bytes) {
    if (halted() || bytes.empty()) return overrun_;
    const char* const end = bytes.data() + bytes.size();
    const char* at = takeByteOrderMark(bytes.data(), end);
    LineEnds ends(at, end);
    while (at != end && !halted()) {
        if (skipLineFeed_) {
            skipLineFeed_ = false;
            if (*at == '\n') {
                ++at;
                continue;
            }
        }
        const char* const lineEnd = ends.next(at);
        const std::string_view part(at, static_cast<std::size_t>(lineEnd - at));
        if (lineEnd == end) {
            keepUnfinishedLine(part);
            break;
        }
        // A CR ends the line at once: the LF that may follow must not be waited for, or the event before a pause comes
        // late.
        skipLineFeed_ = *lineEnd == '\r';
        at = lineEnd + 1;
        if (line_.empty()) {
            takeLine(part, true);
        } else {
            keepUnfinishedLine(part);
            if (!halted()) takeLine(line_, false);
            line_.clear();
        }
    }
    settleData();
    return overrun_;
}

bool SseParser::finish() const {
    return !line_.empty() || (!started_ && bomBytes_ > 0) || eventPending_;
}

bool SseParser::looksLikeAStream() const {
    if (sawStreamLine_) return true;
    if (line_.empty()) return !started_ && bomBytes_ > 0;
    if (line_.front() == ':') return true;
    const std::string_view name = std::string_view(line_).substr(0, line_.find(':'));
    const bool ended = name.size() < line_.size();
    return std::any_of(knownFields.begin(), knownFields.end(),
                       [&](std::string_view field) { return ended ? field == name : field.starts_with(name); });
}

const char* SseParser::takeByteOrderMark(const char* at, const char* end) {
    while (!started_ && at != end) {
        if (*at == byteOrderMark[bomBytes_]) {
            ++at;
            started_ = ++bomBytes_ == byteOrderMark.size();
        } else {
            // Not a mark after all: the bytes taken for one begin the first line.
            started_ = true;
            keepUnfinishedLine(byteOrderMark.substr(0, bomBytes_));
        }
    }
    return at;
}

void SseParser::keepUnfinishedLine(std::string_view part) {
    if (part.size() > limits_.maxLineBytes - std::min(limits_.maxLineBytes, line_.size())) {
        overrun_ = SseOverrun::LineBytes;
        return;
    }
    line_.append(part);
}

void SseParser::takeLine(std::string_view line, bool staysInFeed) {
    if (line.size() > limits_.maxLineBytes) {
        overrun_ = SseOverrun::LineBytes;
        return;
    }
    if (line.empty()) return dispatch();
    if (line.front() == ':') {
        ++comments_;
        sawStreamLine_ = true;
        return;
    }
    if (++eventLines_ > limits_.maxEventLines) {
        overrun_ = SseOverrun::EventLines;
        return;
    }

    const std::size_t colon = line.find(':');
    const std::string_view field = line.substr(0, colon);
    std::string_view value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
    if (!value.empty() && value.front() == ' ') value.remove_prefix(1);

    if (field == "data") {
        takeData(value, staysInFeed);
        eventPending_ = true;
    } else if (field == "event") {
        assignRepaired(type_, value);
        eventPending_ = true;
    } else if (field == "id") {
        if (value.find('\0') == std::string_view::npos) {
            assignRepaired(pendingId_, value);
            eventPending_ = true;
        }
    } else if (field == "retry") {
        takeRetry(value);
    } else {
        return;
    }
    sawStreamLine_ = true;
}

void SseParser::takeData(std::string_view value, bool staysInFeed) {
    const std::size_t held = dataInFeed_ ? dataView_.size() : data_.size();
    const std::size_t joined = held + (dataLines_ > 0 ? 1 : 0);
    if (joined > limits_.maxEventBytes || value.size() > limits_.maxEventBytes - joined) {
        overrun_ = SseOverrun::EventBytes;
        return;
    }
    if (dataLines_++ == 0 && staysInFeed) {
        dataView_ = value;
        dataInFeed_ = true;
        return;
    }
    settleData();
    if (dataLines_ > 1) data_.push_back('\n');
    data_.append(value);
}

void SseParser::takeRetry(std::string_view digits) {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / 1'000'000;
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    if (digits.empty() || !std::all_of(digits.begin(), digits.end(), isDigit)) return;
    std::int64_t value = 0;
    for (const char digit : digits)
        value = std::min(most, value * 10 + (digit - '0'));
    retry_ = std::chrono::milliseconds(value);
}

void SseParser::dispatch() {
    if (lastEventId_ != pendingId_) lastEventId_ = pendingId_;
    if (dataLines_ > 0) {
        SseEvent event{"message", dataInFeed_ ? dataView_ : std::string_view(data_), lastEventId_};
        if (!type_.empty()) event.type = type_;
        if (!isValidUtf8(event.data)) {
            repaired_.clear();
            appendRepairedUtf8(event.data, repaired_);
            event.data = repaired_;
        }
        stopped_ = !sink_->onEvent(event);
    }
    type_.clear();
    data_.clear();
    dataInFeed_ = eventPending_ = false;
    dataLines_ = eventLines_ = 0;
}

void SseParser::settleData() {
    if (!dataInFeed_) return;
    data_.assign(dataView_);
    dataInFeed_ = false;
}

} // namespace penstock
