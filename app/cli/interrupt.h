#pragma once

#include <QObject>
#include <QSocketNotifier>

#include <functional>
#include <memory>

namespace penstock::cli {

/// Ctrl-C (SIGINT) and SIGTERM as calls from the event loop. One at a time in a process; restores the handlers at its end.
class InterruptHandler {
public:
    /// `onInterrupt` gets 1 for the first signal, 2 for the second, ...
    explicit InterruptHandler(std::function<void(int)> onInterrupt);
    ~InterruptHandler();
    InterruptHandler(const InterruptHandler&) = delete;
    InterruptHandler& operator=(const InterruptHandler&) = delete;

private:
    std::function<void(int)> onInterrupt_;
    std::unique_ptr<QSocketNotifier> notifier_;
    int count_ = 0;
};

} // namespace penstock::cli
