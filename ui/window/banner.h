#pragma once

#include <QFrame>

#include <array>
#include <functional>
#include <vector>

class QLabel;
class QToolButton;

namespace penstock::ui {

/// One sentence for the person, under the top bar, with at most two things to do about it. A later one takes the place of the
/// one before. Hidden when there is nothing to say.
class Banner final : public QFrame {
    Q_OBJECT

public:
    enum class Kind { Note, Problem };

    explicit Banner(QWidget* parent = nullptr);

    struct Choice {
        QString words;
        std::function<void()> act;
    };

    void say(Kind kind, const QString& sentence);
    /// With a button for each choice; a press of any also dismisses the sentence. At most two.
    void say(Kind kind, const QString& sentence, std::vector<Choice> choices);
    /// With one.
    void say(Kind kind, const QString& sentence, const QString& words, std::function<void()> act) { say(kind, sentence, {Choice{words, std::move(act)}}); }
    void dismiss();
    QString sentence() const;

Q_SIGNALS:
    /// The person wants to see it no more.
    void closed();

private:
    void paint();

    Kind kind_ = Kind::Note;
    QLabel *sign_ = nullptr, *words_ = nullptr;
    QToolButton* close_ = nullptr;
    std::array<QToolButton*, 2> buttons_{};
    std::vector<Choice> choices_;
};

} // namespace penstock::ui
