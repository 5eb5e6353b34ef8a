#include "engine/simulator/http/http1_parser.h"

#include "engine/simulator/http/http1_text.h"

#include <algorithm>
#include <charconv>

namespace penstock::http {

Http1Parser::State Http1Parser::consume(std::string_view& bytes) {
    while (phase_ != Phase::Complete && phase_ != Phase::Failed) {
        if (phase_ == Phase::Body || phase_ == Phase::ChunkData) {
            if (bytes.empty()) return State::Reading;
            takeBody(bytes);
            continue;
        }
        std::string_view text;
        if (!takeLine(bytes, text)) {
            if (phase_ == Phase::Failed) break;
            return State::Reading;
        }
        line(text);
        line_.clear();
    }
    return phase_ == Phase::Complete ? State::Complete : State::Failed;
}

ServerRequest Http1Parser::takeRequest() {
    ServerRequest taken = std::move(request_);
    *this = Http1Parser(maxBodyBytes_);
    return taken;
}

bool Http1Parser::awaitsContinue() {
    return request_.body.empty() && std::exchange(expectContinue_, false);
}

/// `line` is the text without its CRLF; it points into `bytes` or into line_, which the caller clears.
bool Http1Parser::takeLine(std::string_view& bytes, std::string_view& line) {
    const auto end = bytes.find('\n');
    const auto taken = end == std::string_view::npos ? bytes.size() : end + 1;
    lineBytes_ += taken;
    if (lineBytes_ > maxHeadBytes) {
        fail(431);
        return false;
    }
    const auto part = bytes.substr(0, taken);
    bytes.remove_prefix(taken);
    if (end == std::string_view::npos || !line_.empty()) line_.append(part);
    if (end == std::string_view::npos) return false;
    line = line_.empty() ? part : std::string_view(line_);
    if (!line.ends_with("\r\n")) {
        fail(400);
        return false;
    }
    line.remove_suffix(2);
    return true;
}

void Http1Parser::line(std::string_view text) {
    switch (phase_) {
    case Phase::RequestLine:
        // RFC 9112, 2.2: an empty line before the request line is passed over.
        if (!text.empty()) requestLine(text);
        break;
    case Phase::Fields:
        if (text.empty())
            headComplete();
        else
            field(text);
        break;
    case Phase::ChunkSize:
        chunkSize(text);
        break;
    case Phase::ChunkEnd:
        if (text.empty()) {
            phase_ = Phase::ChunkSize;
            lineBytes_ = 0;
        } else {
            fail(400);
        }
        break;
    case Phase::Trailers:
        if (text.empty()) phase_ = Phase::Complete;
        break;
    default:
        break;
    }
}

void Http1Parser::requestLine(std::string_view text) {
    const auto first = text.find(' ');
    const auto last = text.rfind(' ');
    if (first == std::string_view::npos || last == first) return fail(400);
    const auto method = text.substr(0, first);
    auto target = text.substr(first + 1, last - first - 1);
    const auto version = text.substr(last + 1);
    if (!isToken(method) || target.empty() ||
        std::any_of(target.begin(), target.end(), [](unsigned char c) { return c <= 0x20 || c == 0x7f; }))
        return fail(400);
    if (version == "HTTP/1.0") {
        keepAlive_ = false;
        request_.httpVersion = "1.0";
    } else if (version == "HTTP/1.1") {
        request_.httpVersion = "1.1";
    } else {
        return fail(version.starts_with("HTTP/") ? 505 : 400);
    }
    // A proxy's client sends the whole address; what is asked for is its path.
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!target.starts_with(scheme)) continue;
        const auto path = target.find_first_of("/?", scheme.size());
        target = path == std::string_view::npos ? "/" : target.substr(path);
        break;
    }
    if (!target.starts_with('/') && !(target == "*" && method == "OPTIONS")) return fail(400);
    request_.method = method;
    request_.path = target;
    phase_ = Phase::Fields;
}

void Http1Parser::field(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || !isToken(text.substr(0, colon))) return fail(400);
    const auto value = trimmed(text.substr(colon + 1));
    if (!isFieldValue(value)) return fail(400);
    if (request_.headers.size() == maxFields) return fail(431);
    request_.headers.emplace_back(lowered(text.substr(0, colon)), value);
}

void Http1Parser::headComplete() {
    int hosts = 0, lengths = 0, encodings = 0;
    std::string_view length, encoding;
    for (const auto& [name, value] : request_.headers) {
        if (name == "host") {
            ++hosts;
        } else if (name == "content-length") {
            ++lengths;
            length = value;
        } else if (name == "transfer-encoding") {
            ++encodings;
            encoding = value;
        } else if (name == "connection") {
            if (hasToken(value, "close")) keepAlive_ = false;
        } else if (name == "expect") {
            if (lowered(value) != "100-continue") return fail(417);
            expectContinue_ = request_.httpVersion != "1.0";
        }
    }
    if (hosts > 1 || (hosts == 0 && request_.httpVersion != "1.0")) return fail(400);
    // RFC 9112, 6.3: two lengths, or a length beside an encoding, is how requests are smuggled.
    if (lengths > 1 || encodings > 1 || (lengths && encodings)) return fail(400);
    lineBytes_ = 0;
    if (encodings) {
        if (request_.httpVersion == "1.0") return fail(400);
        if (lowered(encoding) != "chunked") return fail(501);
        phase_ = Phase::ChunkSize;
        return;
    }
    if (lengths) {
        const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), bodyLeft_);
        if (error == std::errc::result_out_of_range) return fail(413);
        if (error != std::errc() || end != length.data() + length.size()) return fail(400);
        if (bodyLeft_ > maxBodyBytes_) return fail(413);
    }
    if (bodyLeft_ == 0) expectContinue_ = false;
    phase_ = bodyLeft_ ? Phase::Body : Phase::Complete;
}

void Http1Parser::chunkSize(std::string_view text) {
    const auto size = text.substr(0, text.find(';'));
    const auto digits = trimmed(size);
    // A sign or a prefix would be an error of from_chars, an empty size as well.
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bodyLeft_, 16);
    if (error == std::errc::result_out_of_range) return fail(413);
    if (error != std::errc() || end != digits.data() + digits.size()) return fail(400);
    if (bodyLeft_ > maxBodyBytes_ - request_.body.size()) return fail(413);
    lineBytes_ = 0;
    phase_ = bodyLeft_ ? Phase::ChunkData : Phase::Trailers;
}

void Http1Parser::takeBody(std::string_view& bytes) {
    const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(bodyLeft_, bytes.size()));
    request_.body.append(bytes.substr(0, taken));
    bytes.remove_prefix(taken);
    bodyLeft_ -= taken;
    if (bodyLeft_) return;
    phase_ = phase_ == Phase::Body ? Phase::Complete : Phase::ChunkEnd;
}

void Http1Parser::fail(int status) {
    failure_ = status;
    phase_ = Phase::Failed;
}

} // namespace penstock::http
