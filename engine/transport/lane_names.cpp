#include "engine/transport/lane_names.h"

#include <QHostAddress>

#include <algorithm>

namespace penstock {

namespace {

/// 127.0.0.1 as 0x7f.0.0.1, 0x07f.0.0.1, ...: QHostAddress reads them all as the same address.
QString ipv4Spelling(const QHostAddress& address, std::uint64_t index) {
    if (index == 0) return address.toString();
    const quint32 value = address.toIPv4Address();
    const QString first = QStringLiteral("0x") + QString(static_cast<qsizetype>((index - 1) % 16), QLatin1Char('0'))
                          + QString::number(value >> 24, 16);
    const QString second = QStringLiteral("0x") + QString(static_cast<qsizetype>((index - 1) / 16 % 16), QLatin1Char('0'))
                           + QString::number((value >> 16) & 0xff, 16);
    const QString third = QStringLiteral("0x") + QString(static_cast<qsizetype>((index - 1) / 256), QLatin1Char('0'))
                          + QString::number((value >> 8) & 0xff, 16);
    return first + QLatin1Char('.') + second + QLatin1Char('.') + third + QLatin1Char('.') + QString::number(value & 0xff);
}

std::optional<QString> caseVariant(const QString& name, std::uint64_t index) {
    QString variant = name;
    for (auto& c : variant) {
        if (!c.isLetter() || c.unicode() > 0x7f) continue;
        c = index & 1 ? c.toUpper() : c.toLower();
        index >>= 1;
    }
    if (index != 0) return std::nullopt;
    return variant;
}

} // namespace

std::optional<QString> laneName(const std::string& host, bool tls, std::uint64_t index) {
    const QString name = QString::fromStdString(host);
    if (!tls) return QStringLiteral("lane-%1.%2").arg(index).arg(name);
    QHostAddress address;
    if (!address.setAddress(name)) return caseVariant(name, index);
    if (address.protocol() == QAbstractSocket::IPv4Protocol) {
        if (index > 16 * 16 * 16) return std::nullopt;
        return ipv4Spelling(address, index);
    }
    if (index > 0) return std::nullopt;
    return name;
}

} // namespace penstock
