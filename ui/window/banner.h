#pragma once

#include <QFrame>

#include <functional>

class QLabel;
class QToolButton;

namespace penstock::ui {

/// One sentence for the person, under the top bar, with at most one thing to do about it. A later one takes the place of the
/// one before. Hidden when there is nothing to say.
class Banner final : public QFrame {
    Q_OBJECT

public:
    enum class Kind { Note, Problem };

    explicit Banner(QWidget* parent = nullptr);

    void say(Kind kind, const QString& sentence);
    /// With a button that reads `button` and does `act`.
    void say(Kind kind, const QString& sentence, const QString& button, std::function<void()> act);
    void dismiss();
    QString sentence() const;

private:
    void paint();

    Kind kind_ = Kind::Note;
    QLabel *sign_ = nullptr, *words_ = nullptr;
    QToolButton *button_ = nullptr, *close_ = nullptr;
    std::function<void()> act_;
};

} // namespace penstock::ui
