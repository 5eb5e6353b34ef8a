#include "engine/transport/once_body.h"

#include <algorithm>
#include <cstring>

namespace penstock {

OnceBody::OnceBody(std::shared_ptr<const std::string> bytes, QObject* parent)
    : QIODevice(parent)
    , bytes_(std::move(bytes)) {
    open(QIODevice::ReadOnly | QIODevice::Unbuffered);
}

qint64 OnceBody::readData(char* data, qint64 maxSize) {
    // Not -1: Qt would report an error for a reply that is being aborted. So it waits for more.
    if (revoked_) return 0;
    const qint64 count = std::min(maxSize, size() - pos());
    if (count <= 0) return 0;
    taken_ = true;
    std::memcpy(data, bytes_->data() + pos(), static_cast<std::size_t>(count));
    return count;
}

} // namespace penstock
