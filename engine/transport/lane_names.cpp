#include "engine/transport/lane_names.h"

#include <QHostAddress>

#include <algorithm>

namespace penstock {

namespace {

QString hexadecimal(quint32 value, std::uint64_t leadingZeros) {
    return QStringLiteral("0x") + QString(static_cast<qsizetype>(leadingZeros), QLatin1Char('0')) +
           QString::number(value, 16);
}

/// 127.0.0.1 as 0x7f.0x0.0x0.1, 0x07f.0x0.0x0.1, ...: QHostAddress reads them all as the same address.
std::optional<QString> ipv4Spelling(const QHostAddress& address, std::uint64_t index) {
    if (index == 0) return address.toString();
    --index;
    if (index >= 16 * 16 * 16 - 1) return std::nullopt;
    const quint32 value = address.toIPv4Address();
    return hexadecimal(value >> 24, index % 16) + QLatin1Char('.') +
           hexadecimal((value >> 16) & 0xff, index / 16 % 16) + QLatin1Char('.') +
           hexadecimal((value >> 8) & 0xff, index / 256) + QLatin1Char('.') + QString::number(value & 0xff);
}

/// ::1 as 0:0:0:0:0:0:0:1, 00:0:0:0:0:0:0:1, ...: all eight groups, each with up to four digits.
std::optional<QString> ipv6Spelling(const QHostAddress& address, std::uint64_t index) {
    const Q_IPV6ADDR bytes = address.toIPv6Address();
    QStringList groups;
    for (int i = 0; i < 16; i += 2) {
        const auto digits = QString::number(bytes[i] << 8 | bytes[i + 1], 16);
        const auto spellings = static_cast<std::uint64_t>(5 - digits.size());
        groups << QString(static_cast<qsizetype>(index % spellings), QLatin1Char('0')) + digits;
        index /= spellings;
    }
    if (index != 0) return std::nullopt;
    return groups.join(QLatin1Char(':'));
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
    if (address.protocol() == QAbstractSocket::IPv4Protocol) return ipv4Spelling(address, index);
    return ipv6Spelling(address, index);
}

} // namespace penstock
