#pragma once

#include "engine/base/clock.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>

namespace penstock {

/// The one place where time runs out: connect, first token, idle, attempt and request deadlines, and the end of a backoff,
/// all from one alarm. Whatever the network or Qt does, a subject that is watched is called when it is due.
///
/// A subject tells its next due time when asked. One that moves later (each byte moves the idle deadline) costs nothing: it is
/// asked again when the old time comes. One that moves nearer must say so. Belongs to the engine thread.
class DeadlineScanner {
public:
    class Subject {
    public:
        virtual ~Subject() = default;
        /// nullopt: nothing is due.
        virtual std::optional<Instant> nextDue() const = 0;
        /// Called once nextDue() has passed. It may destroy this subject and others, and start watching new ones.
        virtual void onDue(Instant now) = 0;
    };

    /// Watches while it lives. Move-only; must not outlive its subject or the scanner.
    class Watch {
    public:
        Watch() = default;
        Watch(Watch&& other) noexcept;
        Watch& operator=(Watch&& other) noexcept;
        ~Watch() { end(); }
        /// The subject's due time may have come nearer.
        void sooner();
        void end();

    private:
        friend class DeadlineScanner;
        Watch(DeadlineScanner& scanner, std::uint64_t id)
            : scanner_(&scanner)
            , id_(id) {}
        DeadlineScanner* scanner_ = nullptr;
        std::uint64_t id_ = 0;
    };

    explicit DeadlineScanner(const Clock& clock);

    Watch watch(Subject& subject);

private:
    struct Entry {
        Subject* subject;
        std::optional<Instant> recorded; ///< its key in order_
    };
    void record(std::uint64_t id, Entry& entry, std::optional<Instant> due);
    void forget(std::uint64_t id);
    void arm();
    void scan();

    const Clock& clock_;
    std::unique_ptr<Alarm> alarm_;
    std::optional<Instant> armed_;
    bool scanning_ = false;
    std::uint64_t nextId_ = 1;
    std::unordered_map<std::uint64_t, Entry> entries_;
    std::set<std::pair<Instant, std::uint64_t>> order_;
};

} // namespace penstock
