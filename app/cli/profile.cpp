#include "app/cli/profile.h"

#include "engine/base/profile.h"

#include <QFile>

namespace penstock::cli {

Status loadProfile(const std::string& nameOrFile, Knobs& knobs) {
    QFile builtIn(QStringLiteral(":/profiles/%1.json").arg(QString::fromStdString(nameOrFile)));
    QFile own(QString::fromStdString(nameOrFile));
    QFile& file = builtIn.exists() ? builtIn : own;
    if (!file.open(QIODevice::ReadOnly))
        return Error{"profile " + nameOrFile + ": " + file.errorString().toStdString() +
                     "; the built-in ones are baseline and controlled"};
    const QByteArray bytes = file.read(static_cast<qint64>(maxProfileBytes) + 1);
    return applyProfile({bytes.constData(), static_cast<std::size_t>(bytes.size())}, nameOrFile, knobs);
}

} // namespace penstock::cli
