#include "ui/tables/plain_text.h"

#include "engine/base/utf8_cut.h"
#include "ui/format/figures.h"

#include <QCoreApplication>

namespace penstock::ui {

namespace {

bool turnsOrHides(char32_t c) {
    return c == 0x061c || (c >= 0x200b && c <= 0x200f && c != 0x200d) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || c == 0x00ad || (c >= 0xe0000 && c <= 0xe007f) ||
           (c >= 0xfff9 && c <= 0xfffb);
}

QString shown(std::string_view utf8, bool oneLine) {
    const QString text = QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
    QString out;
    out.reserve(text.size());
    for (qsizetype at = 0; at < text.size(); ++at) {
        const QChar unit = text[at];
        char32_t c = unit.unicode();
        if (unit.isHighSurrogate() && at + 1 < text.size() && text[at + 1].isLowSurrogate())
            c = QChar::surrogateToUcs4(unit, text[++at]);
        if (c == U'\r' && at + 1 < text.size() && text[at + 1] == QLatin1Char('\n')) continue;
        if (c == U'\n' || c == U'\t' || c == 0x2028 || c == 0x2029) {
            out += oneLine ? QLatin1Char(' ') : c == U'\t' ? QLatin1Char('\t') : QLatin1Char('\n');
        } else if (c < 0x20) {
            out += QChar(static_cast<char16_t>(0x2400 + c));
        } else if (c == 0x7f) {
            out += QChar(0x2421);
        } else if ((c >= 0x80 && c < 0xa0) || turnsOrHides(c)) {
            out += QStringLiteral("\u27e6U+%1\u27e7").arg(QString::number(c, 16).toUpper(), 4, QLatin1Char('0'));
        } else {
            out += QString::fromUcs4(&c, 1);
        }
    }
    return out;
}

} // namespace

std::string_view wholeCharacters(std::string_view utf8, std::size_t maxBytes) {
    auto end = std::min(utf8.size(), maxBytes);
    if (end == 0) return {};
    // The start of the last character: at most three bytes back.
    auto start = end - 1;
    while (start > 0 && end - start < 4 && (static_cast<unsigned char>(utf8[start]) & 0xc0) == 0x80)
        --start;
    const auto lead = static_cast<unsigned char>(utf8[start]);
    const std::size_t length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    if (start + length > end) end = start;
    return utf8.substr(0, end);
}

QString plainText(std::string_view utf8, std::size_t maxBytes) {
    if (utf8.size() <= maxBytes) return shown(utf8, false);
    const auto head = utf8Head(utf8, maxBytes);
    return shown(head, false) + QLatin1Char('\n') +
           QCoreApplication::translate("PlainText", "\u2026 %1 more are not shown")
               .arg(bytesText(utf8.size() - head.size()));
}

QString plainLine(std::string_view utf8, std::size_t maxBytes) {
    if (utf8.size() <= maxBytes) return shown(utf8, true);
    return shown(utf8Head(utf8, maxBytes), true) + QChar(0x2026);
}

QString toolTipOf(const QString& plain) {
    if (plain.isEmpty()) return {};
    return QStringLiteral("<p style='white-space:pre-wrap'>") + plain.toHtmlEscaped() + QStringLiteral("</p>");
}

} // namespace penstock::ui
