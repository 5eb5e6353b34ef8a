#include "app/cli/progress.h"

#include "app/cli/format.h"

#include "engine/base/progress.h"

#include <cstdio>

#include <sys/ioctl.h>
#include <unistd.h>

namespace penstock::cli {

namespace {

std::size_t terminalWidth() {
    winsize size{};
    if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return 80;
}

} // namespace

Result<ProgressMode> progressModeOf(const std::string& word) {
    if (word == "auto") return ::isatty(STDERR_FILENO) ? ProgressMode::Terminal : ProgressMode::Plain;
    if (word == "plain") return ProgressMode::Plain;
    if (word == "none") return ProgressMode::None;
    return Error{"--progress must be auto, plain or none"};
}

std::string progressLine(const Snapshot& s) {
    if (s.state == RunState::Preparing) return "preparing: checking the workload and the target";
    const auto ended = endedRequests(s);
    std::string line = count(ended) + (s.total > 0 ? "/" + count(s.total) : "");
    if (s.state == RunState::Draining) line += "  stopping";
    else if (s.state == RunState::Paused) line += "  paused";
    else if (const auto left = secondsLeft(s); left && ended < s.total) line += "  " + duration(left) + " left";
    line += "  in flight " + std::to_string(s.inFlight) + "/" + std::to_string(s.cap);
    if (s.successesPerHour) line += "  " + number(s.successesPerHour) + " successes/h";
    line += "  " + money(s.costPerSuccess, s.currency) + " per success";
    line += "  retries " + count(s.retries);
    if (s.failures > 0) line += "  failed " + count(s.failures);
    if (s.shed > 0) line += "  shed " + count(s.shed);
    if (s.simulated) line += "  (simulated)";
    return line;
}

void Progress::show(const Snapshot& snapshot) {
    if (mode_ == ProgressMode::None) return;
    if (mode_ == ProgressMode::Terminal) {
        // Cut to the width: a line that wraps could not be redrawn.
        std::fprintf(stderr, "\r\033[K%s", progressLine(snapshot).substr(0, terminalWidth() - 1).c_str());
        std::fflush(stderr);
        lineOpen_ = true;
    } else if (snapshot.state != RunState::Preparing && snapshot.elapsedSeconds >= nextPlain_) {
        std::fprintf(stderr, "%s\n", progressLine(snapshot).c_str());
        nextPlain_ = snapshot.elapsedSeconds + plainInterval;
    }
}

void Progress::say(const std::string& sentence) {
    finish();
    std::fprintf(stderr, "penstock-cli: %s\n", sentence.c_str());
}

void Progress::finish() {
    if (std::exchange(lineOpen_, false)) std::fputc('\n', stderr);
}

} // namespace penstock::cli
