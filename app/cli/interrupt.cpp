#include "app/cli/interrupt.h"

#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace penstock::cli {

namespace {

// A handler may do next to nothing: it writes a byte, which the event loop reads.
int wakePipe[2] = {-1, -1};

void onSignal(int) {
    const int saved = errno;
    const char byte = 1;
    [[maybe_unused]] const auto written = ::write(wakePipe[1], &byte, 1);
    errno = saved;
}

} // namespace

InterruptHandler::InterruptHandler(std::function<void(int)> onInterrupt)
    : onInterrupt_(std::move(onInterrupt)) {
    if (::pipe2(wakePipe, O_CLOEXEC | O_NONBLOCK) != 0) return;
    notifier_ = std::make_unique<QSocketNotifier>(wakePipe[0], QSocketNotifier::Read);
    QObject::connect(notifier_.get(), &QSocketNotifier::activated, notifier_.get(), [this] {
        char byte = 0;
        while (::read(wakePipe[0], &byte, 1) == 1) onInterrupt_(++count_);
    });
    struct sigaction action {};
    action.sa_handler = &onSignal;
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
}

InterruptHandler::~InterruptHandler() {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    notifier_.reset();
    for (int& end : wakePipe) {
        if (end >= 0) ::close(end);
        end = -1;
    }
}

} // namespace penstock::cli
