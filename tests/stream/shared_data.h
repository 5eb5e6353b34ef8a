#pragma once

#include <QFile>
#include <QJsonDocument>
#include <QString>

#include <optional>
#include <string>

namespace penstock::test {

/// A file below the folder that PENSTOCK_SHARED names; nullopt when the variable or the file is missing.
inline std::optional<std::string> sharedFile(const QString& path) {
    const QString root = qEnvironmentVariable("PENSTOCK_SHARED");
    if (root.isEmpty()) return std::nullopt;
    QFile file(root + QLatin1Char('/') + path);
    if (!file.open(QIODevice::ReadOnly)) return std::nullopt;
    return file.readAll().toStdString();
}

inline std::optional<QJsonDocument> sharedJson(const QString& path) {
    const auto text = sharedFile(path);
    if (!text) return std::nullopt;
    return QJsonDocument::fromJson(QByteArray::fromStdString(*text));
}

} // namespace penstock::test
