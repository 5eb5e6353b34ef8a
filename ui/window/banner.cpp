#include "ui/window/banner.h"

#include "ui/format/window_words.h"
#include "ui/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace penstock::ui {

Banner::Banner(QWidget* parent)
    : QFrame(parent) {
    setObjectName(QStringLiteral("banner"));
    sign_ = new QLabel;
    sign_->setFont(Theme::instance().font(FontRole::Strong));
    words_ = new QLabel;
    words_->setTextFormat(Qt::PlainText);
    words_->setWordWrap(true);
    words_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    words_->setFocusPolicy(Qt::NoFocus);
    close_ = new QToolButton;
    close_->setText(QStringLiteral("\u00d7"));
    close_->setProperty("flat", true);
    close_->setToolTip(tr("Dismiss"));
    close_->setAccessibleName(tr("Dismiss this message"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 5, 8, 5);
    row->setSpacing(10);
    row->addWidget(sign_);
    row->addWidget(words_, 1);
    for (std::size_t i = 0; i < buttons_.size(); ++i) {
        buttons_[i] = new QToolButton;
        row->addWidget(buttons_[i]);
        connect(buttons_[i], &QToolButton::clicked, this, [this, i] {
            const auto choices = choices_;
            dismiss();
            if (i < choices.size() && choices[i].act) choices[i].act();
        });
    }
    row->addWidget(close_);
    connect(close_, &QToolButton::clicked, this, [this] {
        dismiss();
        Q_EMIT closed();
    });
    connect(&Theme::instance(), &Theme::changed, this, &Banner::paint);
    hide();
}

void Banner::say(Kind kind, const QString& sentence) { say(kind, sentence, {}); }

void Banner::say(Kind kind, const QString& reason, std::vector<Choice> choices) {
    const QString sentence = windowWords(reason);
    kind_ = kind;
    sign_->setText(kind == Kind::Problem ? QStringLiteral("!") : QStringLiteral("i"));
    words_->setText(sentence);
    choices_ = std::move(choices);
    for (std::size_t i = 0; i < buttons_.size(); ++i) {
        const bool used = i < choices_.size();
        buttons_[i]->setVisible(used);
        if (!used) continue;
        buttons_[i]->setText(choices_[i].words);
        buttons_[i]->setToolTip(sentence);
        buttons_[i]->setAccessibleName(choices_[i].words);
    }
    setAccessibleName(kind == Kind::Problem ? tr("Problem: %1").arg(sentence) : sentence);
    paint();
    show();
}

void Banner::dismiss() {
    choices_.clear();
    words_->clear();
    hide();
}

QString Banner::sentence() const { return words_->text(); }

void Banner::paint() {
    const Theme& theme = Theme::instance();
    const auto role = kind_ == Kind::Problem ? ColorRole::Bad : ColorRole::Accent;
    setStyleSheet(QStringLiteral("#banner { background: %1; border: 1px solid %2; border-left: 4px solid %2; border-radius: 6px; }")
                      .arg(theme.color(role, 0.12).name(QColor::HexArgb), theme.color(role).name()));
    QPalette palette = sign_->palette();
    palette.setColor(QPalette::WindowText, theme.color(role));
    sign_->setPalette(palette);
}

} // namespace penstock::ui
