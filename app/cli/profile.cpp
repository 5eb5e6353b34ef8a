#include "app/cli/profile.h"

#include <QFile>

#include <algorithm>

namespace penstock::cli {

Result<nlohmann::json> loadProfile(const std::string& nameOrFile) {
    QFile builtIn(QStringLiteral(":/profiles/%1.json").arg(QString::fromStdString(nameOrFile)));
    QFile own(QString::fromStdString(nameOrFile));
    QFile& file = builtIn.exists() ? builtIn : own;
    if (!file.open(QIODevice::ReadOnly))
        return Error{"profile " + nameOrFile + ": " + file.errorString().toStdString()
                     + "; the built-in ones are baseline and controlled"};
    constexpr qint64 limit = 1 << 20;
    const QByteArray bytes = file.read(limit + 1);
    if (bytes.size() > limit) return Error{"profile " + nameOrFile + ": larger than 1 MiB, so it is no profile"};
    try {
        return nlohmann::json::parse(bytes.begin(), bytes.end());
    } catch (const nlohmann::json::parse_error& problem) {
        const auto line = 1 + std::count(bytes.begin(), bytes.begin() + std::min<qsizetype>(bytes.size(), static_cast<qsizetype>(problem.byte)), '\n');
        return Error{nameOrFile + ":" + std::to_string(line) + ": is not JSON"};
    }
}

} // namespace penstock::cli
