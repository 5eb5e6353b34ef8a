#pragma once

#include "engine/base/clock.h"
#include "engine/base/knobs.h"
#include "engine/base/result.h"
#include "engine/base/target.h"
#include "engine/transport/transport.h"

#include <memory>

namespace penstock {

/// The Transport on QNetworkAccessManager: HTTP/1.1 and HTTP/2, over TLS and in the clear. Belongs to the calling
/// thread, which must run an event loop; Qt's HTTP thread does the network's work. The clock must outlive it. An Error
/// when the target is not one (URL, headers, CA file).
///
/// Figures: with HTTP/2 a connection carries as many exchanges as the peer's SETTINGS allow, 100 where they set no
/// limit. An exchange that did not get onto an open connection within a quarter of connectTimeout, at most 250 ms
/// (longer while many start at once), is moved, at most three times. Idle connections are kept for 120 s, and closed at
/// once when reuse is `never`.
Result<std::unique_ptr<Transport>> makeQtTransport(const Clock& clock, const Target& target, const Knobs& knobs);

} // namespace penstock
