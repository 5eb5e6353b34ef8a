#include "ui/tables/text_pane.h"

#include "ui/tables/plain_text.h"
#include "ui/theme/theme.h"

#include <QScrollBar>
#include <QTextCursor>

namespace penstock::ui {

namespace {

/// A paragraph longer than this makes each append slow: it is broken where it is shown.
constexpr qsizetype longestLine = 8192;

/// Where `text` goes on after the end of `before`, both being windows of one stream; npos when they do not meet.
std::size_t continuation(std::string_view before, std::string_view text) {
    const auto tail = before.substr(before.size() > 512 ? before.size() - 512 : 0);
    if (tail.empty()) return std::string_view::npos;
    const auto at = text.rfind(tail);
    return at == std::string_view::npos ? at : at + tail.size();
}

} // namespace

TextPane::TextPane(const QString& accessibleName, QWidget* parent)
    : QPlainTextEdit(parent) {
    setAccessibleName(accessibleName);
    setReadOnly(true);
    setUndoRedoEnabled(false);
    setFrameShape(NoFrame);
    setTabChangesFocus(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    const auto dress = [this] { setFont(Theme::instance().font(FontRole::Mono)); };
    dress();
    connect(&Theme::instance(), &Theme::changed, this, dress);
}

void TextPane::append(std::string_view utf8) {
    const QString fresh = plainText(utf8, utf8.size());
    QString shown;
    shown.reserve(fresh.size());
    for (const QChar c : fresh) {
        if (c == QLatin1Char('\n'))
            lineLength_ = 0;
        else if (++lineLength_ > longestLine && !c.isLowSurrogate()) {
            shown += QLatin1Char('\n');
            lineLength_ = 1;
        }
        shown += c;
    }
    QTextCursor cursor(document());
    cursor.movePosition(QTextCursor::End);
    cursor.insertText(shown);
}

void TextPane::setUtf8(std::string_view utf8, bool slid) {
    if (utf8 == given_) return;
    auto* bar = verticalScrollBar();
    const bool atEnd = bar->value() >= bar->maximum();
    const int place = bar->value();
    bool replace = true;
    if (utf8.starts_with(given_)) {
        replace = given_.empty();
    } else if (slid) {
        if (const auto at = continuation(given_, utf8); at != std::string_view::npos) {
            replace = false;
            // The cut character at the end of what was shown, if any, is in the new window too.
            const auto pending = given_.size() - shown_;
            shown_ = at >= pending ? at - pending : at;
        }
    }
    given_ = utf8;
    if (replace) {
        ++replacements_;
        document()->clear();
        shown_ = total_ = 0;
        lineLength_ = 0;
    }
    if (total_ < maxBytes) {
        const auto fresh = wholeCharacters(std::string_view(given_).substr(shown_), maxBytes - total_);
        append(fresh);
        shown_ += fresh.size();
        total_ += fresh.size();
        if (shown_ < given_.size() && total_ + 4 > maxBytes) {
            append("\n\u2026");
            total_ = maxBytes;
        }
    }
    if (replace)
        bar->setValue(0);
    else
        bar->setValue(atEnd ? bar->maximum() : place);
}

} // namespace penstock::ui
