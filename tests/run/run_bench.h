#pragma once

#include "engine/run/scheduler.h"

#include "tests/support/fake_transport.h"
#include "tests/support/list_source.h"
#include "tests/support/manual_clock.h"
#include "tests/support/memory_recorder.h"

namespace penstock::test {

/// A Scheduler with time, network, record and workload in the test's hands.
struct RunBench {
    explicit RunBench(std::uint64_t requests, Knobs knobs = {}, Resumed resumed = {})
        : source(requests) {
        scheduler = std::make_unique<Scheduler>(Scheduler::Parts{clock, source, transport, recorder, *policy, decoders, secrets, aggregates, gap},
                                                Segment{1, knobs, {}}, std::string(32, 'a'), "/chat/completions", std::move(resumed),
                                                [this] { ++idleCalls; });
    }

    static Secrets secretsOfTest() {
        Target target;
        target.apiKey = "sk-test-0123456789";
        target.headers = {{"X-Team", "hush-hush"}, {"X-Version", "2"}, {"X-Key", "Bearer hf-0123456789"}};
        return Secrets(target);
    }

    /// Answers what waits, in order, until nothing does.
    void answerAll() {
        while (auto peer = transport.nextUnanswered()) peer->answer();
    }
    FakeTransport::Peer& peer(std::size_t index) { return *transport.peers.at(index); }
    const RequestResult& resultOf(const std::string& customId) {
        for (const auto& result : recorder.results)
            if (result.customId == customId) return result;
        qFatal("no result of %s", customId.c_str());
    }

    ManualClock clock;
    ListSource source;
    FakeTransport transport{clock};
    MemoryRecorder recorder;
    std::unique_ptr<RetryPolicy> policy = makeAttemptsPolicy(1);
    DecoderPool decoders{Api::OpenAiChat};
    Secrets secrets = secretsOfTest();
    Aggregates aggregates;
    GapMeter gap;
    int idleCalls = 0;
    std::unique_ptr<Scheduler> scheduler; ///< last: it goes before what it uses
};

/// A kind as QCOMPARE can show it.
template <typename Kind>
QByteArray word(Kind kind) {
    const std::string_view text = toString(kind);
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

/// Knobs without chance and without surprise.
inline Knobs plainKnobs(int cap) {
    Knobs knobs;
    knobs.maxConcurrency = cap;
    knobs.jitter = Jitter::None;
    return knobs;
}

} // namespace penstock::test
