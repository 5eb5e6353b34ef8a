#pragma once

#include <QByteArray>

/// HTTP/2 frames made by hand, for what a sound client would not send.
namespace penstock {

inline QByteArray frame(int type, int flags, quint32 stream, const QByteArray& payload) {
    QByteArray bytes;
    const auto length = payload.size();
    for (const int shift : {16, 8, 0})
        bytes.append(char(length >> shift));
    bytes.append(char(type)).append(char(flags));
    for (const int shift : {24, 16, 8, 0})
        bytes.append(char(stream >> shift));
    return bytes + payload;
}

inline const QByteArray preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
inline const QByteArray getHeaders = "\x82\x84\x86\x41\x01h"; // GET, /, http, authority h: HPACK's static table

} // namespace penstock
