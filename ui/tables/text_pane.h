#pragma once

#include <QPlainTextEdit>

#include <string>
#include <string_view>

namespace penstock::ui {

/// Text of others, shown as text: read-only, wrapped, bounded. A text that grows is appended to, so that what a person
/// reads or has marked stays where it is; only a reader at the end is carried along.
class TextPane final : public QPlainTextEdit {
    Q_OBJECT

public:
    /// Beyond this nothing more is shown.
    static constexpr std::size_t maxBytes = 1u << 20;

    explicit TextPane(const QString& accessibleName, QWidget* parent = nullptr);

    /// `utf8` in full; when it goes on from what is shown, only what is new is added. `slid`: its beginning was cut off
    /// since, so that it overlaps with what is shown.
    void setUtf8(std::string_view utf8, bool slid = false);
    /// What was given, as it was given (not as it is shown).
    const std::string& utf8() const { return given_; }
    /// How often the whole text had to be replaced.
    int replacements() const { return replacements_; }

private:
    void append(std::string_view utf8);

    std::string given_;
    std::size_t shown_ = 0; ///< bytes of given_ that are shown
    std::size_t total_ = 0; ///< bytes shown since the last replacement
    qsizetype lineLength_ = 0;
    int replacements_ = 0;
};

} // namespace penstock::ui
