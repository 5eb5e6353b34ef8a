#pragma once

#include "engine/simulator/http/server.h"

namespace penstock::http {

/// Reads HTTP/1.x requests, one at a time, from bytes in any split (RFC 9112). Strict: CRLF only, no folded fields, no
/// request whose length can be read in two ways. Its cost is linear in the bytes, its memory bounded by the head's
/// limit and maxBodyBytes.
class Http1Parser {
public:
    enum class State { Reading, Complete, Failed };
    static constexpr std::size_t maxHeadBytes = 64u << 10; ///< request line and fields, and again for trailers
    static constexpr std::size_t maxFields = 256;

    explicit Http1Parser(std::size_t maxBodyBytes)
        : maxBodyBytes_(maxBodyBytes) {}

    /// Takes from the front of `bytes` what belongs to the request and leaves the rest.
    State consume(std::string_view& bytes);

    ServerRequest takeRequest();                  ///< after Complete; the next request may follow
    bool keepAlive() const { return keepAlive_; } ///< after Complete, until takeRequest()
    int failure() const { return failure_; }      ///< after Failed: the status to answer
    bool awaitsContinue(); ///< true once, when the client waits for `100 Continue` before its body

private:
    enum class Phase { RequestLine, Fields, Body, ChunkSize, ChunkData, ChunkEnd, Trailers, Complete, Failed };

    bool takeLine(std::string_view& bytes, std::string_view& line);
    void line(std::string_view text);
    void requestLine(std::string_view text);
    void field(std::string_view text);
    void headComplete();
    void chunkSize(std::string_view text);
    void takeBody(std::string_view& bytes);
    void fail(int status);

    std::size_t maxBodyBytes_;
    Phase phase_ = Phase::RequestLine;
    ServerRequest request_;
    std::string line_;           ///< the part of a line that came with earlier bytes
    std::size_t lineBytes_ = 0;  ///< of the head, or of the trailers
    std::uint64_t bodyLeft_ = 0; ///< of the body, or of the chunk
    bool keepAlive_ = true;
    bool expectContinue_ = false;
    int failure_ = 0;
};

} // namespace penstock::http
