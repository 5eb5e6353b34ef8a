#include "ui/work/write_whole.h"

#include <QFileInfo>
#include <QSaveFile>

namespace penstock::ui {

Status writeWhole(const QString& path, const QByteArray& bytes) {
    if (QFileInfo(path).isDir()) return Error{QObject::tr("Cannot write %1: it is a folder. Name a file in it.").arg(path).toStdString()};
    QSaveFile file(path);
    // What a full disk took only a part of has no reason yet: that comes with the next piece.
    qint64 at = 0, taken = 1;
    const bool opened = file.open(QIODevice::WriteOnly | QIODevice::Unbuffered);
    while (opened && at < bytes.size() && (taken = file.write(bytes.constData() + at, bytes.size() - at)) > 0) at += taken;
    if (opened && at == bytes.size() && file.commit()) return okStatus();
    return Error{QObject::tr("Cannot write %1: %2. Choose another place.").arg(path, file.errorString()).toStdString()};
}

} // namespace penstock::ui
