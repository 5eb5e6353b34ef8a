#pragma once

#include "engine/base/result.h"

#include <QByteArray>
#include <QString>

namespace penstock::ui {

/// Writes `bytes` to `path`, whole or not at all: what stood there stays until all is on the disk. Its folder must be there.
/// The Error is one sentence that names the path. Any thread, but not the GUI's.
Status writeWhole(const QString& path, const QByteArray& bytes);

} // namespace penstock::ui
