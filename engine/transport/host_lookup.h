#pragma once

#include "engine/base/result.h"

#include <QHostInfo>
#include <QObject>

#include <functional>
#include <string>
#include <vector>

namespace penstock {

/// Looks up the addresses of a host once. An IP literal is its own answer. Destroying it ends the look-up without a
/// call.
class HostLookup final : public QObject {
    Q_OBJECT
public:
    /// Called once, on this object's thread, never from inside the constructor: the addresses in the resolver's order,
    /// at least one, at most eight.
    using Done = std::function<void(const Result<std::vector<std::string>>&)>;

    HostLookup(const std::string& host, Done done);
    ~HostLookup() override;

private:
    void onResult(const QHostInfo& info);

    std::string host_;
    Done done_;
    int id_;
};

} // namespace penstock
