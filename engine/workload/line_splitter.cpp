#include "engine/workload/line_splitter.h"

namespace penstock {

namespace {
constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";
} // namespace

std::size_t LineSplitter::feed(std::string_view bytes, const Sink& sink) {
    std::size_t at = 0;
    while (at < bytes.size()) {
        const auto end = bytes.find('\n', at);
        if (end == std::string_view::npos) {
            keep(bytes.substr(at));
            return bytes.size();
        }
        auto text = bytes.substr(at, end - at);
        at = end + 1;
        if (inLine_) {
            keep(text);
            text = begun_;
        }
        if (!emit(text, sink)) return at;
    }
    return at;
}

void LineSplitter::finish(const Sink& sink) {
    if (inLine_) emit(begun_, sink);
}

bool LineSplitter::emit(std::string_view text, const Sink& sink) {
    ++number_;
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (number_ == 1 && text.starts_with(byteOrderMark)) text.remove_prefix(byteOrderMark.size());
    const bool tooLong = overflow_ || text.size() > maxLineBytes_;
    const bool goOn = sink({number_, tooLong ? std::string_view{} : text, tooLong});
    begun_.clear();
    // One long line must not hold its memory for the rest of the run.
    if (begun_.capacity() > (1u << 20)) begun_.shrink_to_fit();
    inLine_ = false;
    overflow_ = false;
    return goOn;
}

void LineSplitter::keep(std::string_view piece) {
    inLine_ = true;
    // Room for a byte order mark and a CR, which do not count.
    const auto most = maxLineBytes_ + byteOrderMark.size() + 1;
    if (overflow_ || begun_.size() + piece.size() > most) {
        overflow_ = true;
        begun_.clear();
        return;
    }
    begun_.append(piece);
}

} // namespace penstock
