#include "engine/transport/host_lookup.h"

namespace penstock {

HostLookup::HostLookup(const std::string& host, Done done)
    : host_(host)
    , done_(std::move(done))
    , id_(QHostInfo::lookupHost(QString::fromStdString(host), this, &HostLookup::onResult)) {}

HostLookup::~HostLookup() {
    QHostInfo::abortHostLookup(id_);
}

void HostLookup::onResult(const QHostInfo& info) {
    std::vector<std::string> addresses;
    for (const auto& address : info.addresses())
        if (addresses.size() < 8) addresses.push_back(address.toString().toStdString());
    const auto done = std::move(done_);
    if (addresses.empty())
        done(Error{"the name " + host_ + " was not found: " + info.errorString().toStdString()});
    else
        done(addresses);
}

} // namespace penstock
