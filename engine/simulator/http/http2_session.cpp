#include "engine/simulator/http/http2_session.h"

#include "engine/simulator/http/connection.h"

#include <algorithm>

namespace penstock::http {

namespace {

constexpr std::uint32_t streamWindow = 1u << 20;
constexpr std::int32_t connectionWindow = 16 << 20;
constexpr std::size_t maxHeadBytes = 64u << 10;

} // namespace

/// What nghttp2 reports. Nothing here calls a handler: what handlers must know is left in events_.
struct Http2Callbacks {
    static Http2Session& self(void* user) { return *static_cast<Http2Session*>(user); }
    static Http2Exchange* stream(nghttp2_session* session, std::int32_t id) {
        return static_cast<Http2Exchange*>(nghttp2_session_get_stream_user_data(session, id));
    }

    static int beginHeaders(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
        if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
        auto& me = self(user);
        const auto id = frame->hd.stream_id;
        auto exchange = std::make_shared<Http2Exchange>(me.connection_.shared_from_this(), me, id);
        nghttp2_session_set_stream_user_data(session, id, exchange.get());
        me.streams_.emplace(id, std::move(exchange));
        return 0;
    }

    static int header(nghttp2_session* session, const nghttp2_frame* frame, const std::uint8_t* name,
                      std::size_t nameLength, const std::uint8_t* value, std::size_t valueLength, std::uint8_t, void*) {
        auto* exchange = stream(session, frame->hd.stream_id);
        if (!exchange || exchange->headComplete_) return 0;
        exchange->headBytes_ += nameLength + valueLength + 32; // RFC 9113, 6.5.2
        if (exchange->headBytes_ > maxHeadBytes) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
        std::string key(reinterpret_cast<const char*>(name), nameLength);
        std::string text(reinterpret_cast<const char*>(value), valueLength);
        auto& request = exchange->request_;
        if (key == ":method")
            request.method = std::move(text);
        else if (key == ":path")
            request.path = std::move(text);
        else if (key == ":authority")
            request.headers.emplace_back("host", std::move(text));
        else if (!key.starts_with(':') && !(key == "host" && !request.header("host").empty()))
            request.headers.emplace_back(std::move(key), std::move(text));
        return 0;
    }

    static int data(nghttp2_session* session, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                    std::size_t count, void* user) {
        auto* exchange = stream(session, id);
        if (!exchange || exchange->refused_) return 0;
        auto& body = exchange->request_.body;
        if (body.size() + count > self(user).connection_.options().maxBodyBytes) {
            body = {};
            exchange->refused_ = true;
            const nghttp2_nv status = field(":status", "413");
            return nghttp2_submit_response(session, id, &status, 1, nullptr);
        }
        body.append(reinterpret_cast<const char*>(bytes), count);
        return 0;
    }

    static int frameReceived(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
        if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
        auto* exchange = stream(session, frame->hd.stream_id);
        if (!exchange) return 0;
        exchange->headComplete_ = true;
        if (!(frame->hd.flags & NGHTTP2_FLAG_END_STREAM) || exchange->refused_) return 0;
        self(user).events_.push_back({true, std::static_pointer_cast<Http2Exchange>(exchange->shared_from_this())});
        return 0;
    }

    /// RFC 9113, 8.1: whoever has been answered in full need not send the rest of the request.
    static int frameSent(nghttp2_session* session, const nghttp2_frame* frame, void*) {
        const auto id = frame->hd.stream_id;
        if ((frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA) &&
            (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) && nghttp2_session_get_stream_remote_close(session, id) == 0)
            return nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, id, NGHTTP2_NO_ERROR);
        return 0;
    }

    static int streamClosed(nghttp2_session*, std::int32_t id, std::uint32_t, void* user) {
        auto& me = self(user);
        const auto found = me.streams_.find(id);
        if (found == me.streams_.end()) return 0;
        auto exchange = std::move(found->second);
        me.streams_.erase(found);
        me.waiting_ -= exchange->pendingBytes();
        exchange->body_ = {};
        exchange->bodySent_ = 0;
        exchange->closed_ = true;
        if (!exchange->ended()) me.events_.push_back({false, std::move(exchange)});
        return 0;
    }

    static ssize_t readBody(nghttp2_session*, std::int32_t, std::uint8_t* buffer, std::size_t length,
                            std::uint32_t* flags, nghttp2_data_source* source, void*) {
        return static_cast<Http2Exchange*>(source->ptr)->read(buffer, length, *flags);
    }

    static nghttp2_nv field(std::string_view name, std::string_view value) {
        return {reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data())),
                reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())), name.size(), value.size(),
                NGHTTP2_NV_FLAG_NONE};
    }
};

Http2Exchange::Http2Exchange(std::shared_ptr<Connection> connection, Http2Session& session, std::int32_t streamId)
    : Exchange(std::move(connection))
    , session_(&session)
    , streamId_(streamId) {
    request_.httpVersion = "2";
}

void Http2Exchange::head(int status, const Headers& headers) {
    if (!live() || headSent_ || closed_) return;
    headSent_ = true;
    const std::string statusText = std::to_string(std::clamp(status, 200, 999));
    std::vector<nghttp2_nv> fields;
    fields.reserve(headers.size() + 1);
    fields.push_back(Http2Callbacks::field(":status", statusText));
    for (const auto& [name, value] : headers) {
        // RFC 9113, 8.2.2: what speaks of an HTTP/1.1 connection has no place here.
        if (name == "connection" || name == "transfer-encoding" || name == "keep-alive" || name == "upgrade") continue;
        if (!nghttp2_check_header_name(reinterpret_cast<const std::uint8_t*>(name.data()), name.size()) ||
            !nghttp2_check_header_value(reinterpret_cast<const std::uint8_t*>(value.data()), value.size()))
            continue;
        fields.push_back(Http2Callbacks::field(name, value));
    }
    nghttp2_data_provider body{{.ptr = this}, &Http2Callbacks::readBody};
    nghttp2_submit_response(session_->session_, streamId_, fields.data(), fields.size(), &body);
    link().wake();
}

void Http2Exchange::write(std::string_view bytes) {
    if (!live() || !headSent_ || bytes.empty() || closed_ || request_.method == "HEAD") return;
    body_.append(bytes);
    session_->waiting_ += bytes.size();
    resume();
    link().wrote(session_->waiting_);
}

void Http2Exchange::finish() {
    if (!live()) return;
    if (!headSent_) return reset(NGHTTP2_INTERNAL_ERROR);
    finished_ = true;
    resume();
    end();
    link().wake();
}

void Http2Exchange::reset(std::uint32_t errorCode) {
    if (!live()) return;
    end();
    if (!closed_) session_->resets_.emplace_back(streamId_, errorCode);
    link().wake();
}

void Http2Exchange::goAwayUnprocessed() {
    if (!live()) return;
    end();
    if (!closed_) session_->goAway(std::max(streamId_ - 2, 0));
}

void Http2Exchange::resume() {
    if (std::exchange(deferred_, false) && !closed_) nghttp2_session_resume_data(session_->session_, streamId_);
}

ssize_t Http2Exchange::read(std::uint8_t* buffer, std::size_t length, std::uint32_t& flags) {
    const auto count = std::min(length, body_.size() - bodySent_);
    std::copy_n(body_.data() + bodySent_, count, reinterpret_cast<char*>(buffer));
    bodySent_ += count;
    session_->waiting_ -= count;
    if (bodySent_ == body_.size()) {
        body_.clear();
        bodySent_ = 0;
        if (finished_) {
            flags |= NGHTTP2_DATA_FLAG_EOF;
        } else if (count == 0) {
            deferred_ = true;
            return NGHTTP2_ERR_DEFERRED;
        }
    } else if (bodySent_ > 64u << 10 && bodySent_ * 2 > body_.size()) {
        body_.erase(0, bodySent_);
        bodySent_ = 0;
    }
    return static_cast<ssize_t>(count);
}

Http2Session::Http2Session(Connection& connection)
    : connection_(connection) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, &Http2Callbacks::beginHeaders);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, &Http2Callbacks::header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, &Http2Callbacks::data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, &Http2Callbacks::frameReceived);
    nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, &Http2Callbacks::frameSent);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, &Http2Callbacks::streamClosed);
    nghttp2_session_server_new(&session_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    const nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, connection.options().maxConcurrentStreams},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, streamWindow},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(maxHeadBytes)},
    };
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, std::size(settings));
    nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, connectionWindow);
}

Http2Session::~Http2Session() {
    nghttp2_session_del(session_);
}

void Http2Session::receive(std::string_view bytes) {
    const auto taken =
        nghttp2_session_mem_recv(session_, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    broken_ = broken_ || taken < 0;
    proceed();
}

void Http2Session::proceed() {
    while (!events_.empty() && connection_.isOpen()) {
        for (auto& event : std::exchange(events_, {})) {
            if (!event.ready)
                event.exchange->becomeGone();
            else if (connection_.isOpen())
                dispatch(event.exchange);
        }
    }
}

void Http2Session::dispatch(const std::shared_ptr<Http2Exchange>& exchange) {
    if (exchange->streamId_ > goAwayLast_) return;
    lastDispatched_ = std::max(lastDispatched_, exchange->streamId_);
    exchange->dispatched_ = true;
    connection_.dispatch(exchange);
}

void Http2Session::fill(std::string& out, std::size_t room) {
    const auto end = out.size() + room;
    pump(out, end);
    for (const auto& [stream, code] : std::exchange(resets_, {}))
        nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream, code);
    pump(out, end);
    if (!events_.empty()) connection_.wake();
}

void Http2Session::pump(std::string& out, std::size_t end) {
    while (out.size() < end) {
        const std::uint8_t* bytes = nullptr;
        const auto count = nghttp2_session_mem_send(session_, &bytes);
        broken_ = broken_ || count < 0;
        if (count <= 0) return;
        out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(count));
    }
}

bool Http2Session::over() const {
    return broken_ || (!nghttp2_session_want_read(session_) && !nghttp2_session_want_write(session_));
}

void Http2Session::goAway(std::int32_t lastStream) {
    if (lastStream >= goAwayLast_) return;
    goAwayLast_ = lastStream;
    nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, lastStream, NGHTTP2_NO_ERROR, nullptr, 0);
    connection_.wake();
}

std::vector<std::shared_ptr<Exchange>> Http2Session::abandon() {
    std::vector<std::shared_ptr<Exchange>> left;
    for (auto& event : std::exchange(events_, {}))
        if (event.exchange->dispatched_) left.push_back(std::move(event.exchange));
    for (auto& [id, exchange] : std::exchange(streams_, {}))
        if (exchange->dispatched_) left.push_back(std::move(exchange));
    return left;
}

} // namespace penstock::http
