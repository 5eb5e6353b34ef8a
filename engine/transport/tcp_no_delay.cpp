#include "engine/transport/tcp_no_delay.h"

#include <QtGlobal>

#ifdef Q_OS_LINUX
#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <charconv>
#include <cstring>
#include <memory>
#include <optional>
#endif

namespace penstock {

#ifdef Q_OS_LINUX

namespace {

std::optional<std::uint16_t> peerPort(int descriptor) {
    sockaddr_storage peer{};
    socklen_t length = sizeof peer;
    if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &length) != 0) return std::nullopt;
    if (peer.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(peer).sin_port);
    if (peer.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(peer).sin6_port);
    return std::nullopt;
}

bool switchOn(int descriptor) {
    int on = 0;
    socklen_t length = sizeof on;
    if (getsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, &length) != 0 || on != 0) return false;
    on = 1;
    return setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0;
}

} // namespace

int setNoDelay(std::uint16_t port) {
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir("/proc/self/fd"), closedir);
    if (!directory) return 0;
    int changed = 0;
    while (const dirent* entry = readdir(directory.get())) {
        int descriptor = -1;
        const char* end = entry->d_name + std::strlen(entry->d_name);
        if (std::from_chars(entry->d_name, end, descriptor).ptr != end) continue;
        if (peerPort(descriptor) == port) changed += switchOn(descriptor);
    }
    return changed;
}

#else

int setNoDelay(std::uint16_t) {
    return 0;
}

#endif

} // namespace penstock
