#pragma once

#include <functional>
#include <memory>

namespace penstock {

/// The one road by which other threads reach a thread of ours: functions posted here run on the thread that made the Mailbox,
/// in the order of posting, from its event loop. Values only may cross: what a function captures belongs to it.
///
/// The hand-over goes through a std::mutex of our own, so that the thread sanitizer sees it (Qt's queued calls, whose
/// library is not instrumented, look like races to it).
class Mailbox {
public:
    Mailbox();
    /// Functions that have not run are destroyed, not run. Only on the owner's thread; posters may outlive it when they hold
    /// a Poster.
    ~Mailbox();
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;

    /// Any thread. Never blocks on the owner; never runs `function` from inside.
    void post(std::function<void()> function);

    /// What another thread keeps: posting after the Mailbox is gone destroys the function and does nothing else.
    class Poster {
    public:
        void operator()(std::function<void()> function) const;

    private:
        friend class Mailbox;
        struct Shared;
        explicit Poster(std::shared_ptr<Shared> shared)
            : shared_(std::move(shared)) {}
        std::shared_ptr<Shared> shared_;
    };
    Poster poster() const { return Poster(shared_); }

private:
    class Receiver;
    std::shared_ptr<Poster::Shared> shared_;
    std::unique_ptr<Receiver> receiver_;
};

} // namespace penstock
