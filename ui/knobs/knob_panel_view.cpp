// How the panel looks: its rows and groups, what they show, and the search.
#include "engine/base/knobs_json.h"
#include "ui/knobs/knob_panel.h"
#include "ui/knobs/knob_row.h"
#include "ui/knobs/knob_text.h"
#include "ui/knobs/profile_bar.h"
#include "ui/theme/theme.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QUndoStack>
#include <QVBoxLayout>

namespace penstock::ui {

void KnobPanel::lay() {
    setAccessibleName(tr("Knobs"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 8, 0, 6);
    column->setSpacing(6);
    profileBar_ = new ProfileBar(*profiles_, this);
    column->addWidget(profileBar_);
    message_ = new QLabel(this);
    message_->setWordWrap(true);
    message_->setContentsMargins(10, 0, 10, 0);
    message_->hide();
    column->addWidget(message_);
    search_ = new QLineEdit(this);
    search_->setPlaceholderText(tr("Find a knob"));
    search_->setAccessibleName(tr("Find a knob"));
    search_->setToolTip(tr("Shows the knobs whose name, flag or definition holds these words"));
    search_->setClearButtonEnabled(true);
    search_->setMaxLength(100);
    connect(search_, &QLineEdit::textChanged, this, &KnobPanel::filter);
    auto* searchRow = new QHBoxLayout;
    searchRow->setContentsMargins(10, 0, 10, 0);
    searchRow->addWidget(search_);
    column->addLayout(searchRow);

    scroll_ = new QScrollArea(this);
    scroll_->setWidgetResizable(true);
    scroll_->setFrameShape(QFrame::NoFrame);
    scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll_->setFocusPolicy(Qt::NoFocus);
    column->addWidget(scroll_, 1);
    addRows();

    footer_ = new QLabel(this);
    footer_->setProperty("muted", true);
    footer_->setContentsMargins(10, 0, 10, 0);
    column->addWidget(footer_);
    setMinimumWidth(250);

    const auto restyle = [this] {
        const auto& theme = Theme::instance();
        QFont header = theme.font(FontRole::Small);
        header.setWeight(QFont::DemiBold);
        header.setLetterSpacing(QFont::AbsoluteSpacing, 0.6);
        for (const auto& [group, label] : headers_) label->setFont(header);
        footer_->setFont(theme.font(FontRole::Small));
        message_->setFont(theme.font(FontRole::Small));
    };
    connect(&Theme::instance(), &Theme::changed, this, restyle);
    restyle();
}

void KnobPanel::addRows() {
    auto* content = new QWidget;
    content->setObjectName(QStringLiteral("knobRows"));
    content->setStyleSheet(QStringLiteral("QWidget#knobRows { background: transparent; }"));
    auto* rows = new QVBoxLayout(content);
    rows->setContentsMargins(0, 0, 2, 8);
    rows->setSpacing(2);
    for (const auto& knob : knobCatalog()) {
        if (!headers_.contains(knob.group)) {
            auto* header = new QLabel(knobGroup(knob.group).toUpper(), content);
            header->setProperty("muted", true);
            header->setContentsMargins(10, headers_.empty() ? 2 : 9, 0, 1);
            headers_[knob.group] = header;
            rows->addWidget(header);
        }
        auto* row = new KnobRow(knob, content);
        row->installEventFilter(this);
        for (auto* child : row->findChildren<QWidget*>())
            if (child->focusPolicy() != Qt::NoFocus) child->installEventFilter(this);
        join(*row);
        rows_.push_back(row);
        rows->addWidget(row);
    }
    none_ = new QLabel(tr("No knob matches."), content);
    none_->setProperty("muted", true);
    none_->setAlignment(Qt::AlignCenter);
    none_->hide();
    rows->addWidget(none_);
    rows->addStretch(1);
    scroll_->setWidget(content);
    scroll_->viewport()->setAutoFillBackground(false);
}

void KnobPanel::showAll() {
    showKnobs();
    showProfile();
}

void KnobPanel::showKnobs() {
    const auto values = toJson(draft_.edited());
    const auto reasons = draft_.reasons();
    for (auto* row : rows_) {
        const std::string word(row->knob().word);
        const auto reason = reasons.find(word);
        row->show(values.at(word), draft_.edited().currency, reason != reasons.end());
        row->setReason(reason == reasons.end() ? QString() : knobReason(reason->second));
    }
}

void KnobPanel::showProfile() {
    const auto& present = draft_.applied();
    const auto matches = [&](const Profile& profile) {
        const auto knobs = knobsOf(profile, present);
        return knobs && *knobs == present;
    };
    // Of two profiles that are the same, the one that was chosen.
    const Profile* matched = nullptr;
    bool known = false;
    for (const auto& profile : profiles_->all()) {
        known = known || profile.name == profileName_;
        if (matches(profile) && (!matched || profile.name == profileName_)) matched = &profile;
    }
    if (matched) profileName_ = matched->name;
    else if (!known) profileName_.clear();
    profileBar_->show(profileName_, !matched);
}

void KnobPanel::showMessage(const QString& text, bool problem) {
    message_->setProperty("problem", problem);
    message_->setProperty("muted", !problem);
    message_->style()->unpolish(message_);
    message_->style()->polish(message_);
    message_->setText(text);
    message_->setVisible(!text.isEmpty());
}

void KnobPanel::showFooter() {
    if (readOnly_) footer_->setText(tr("Of a finished run: not to be turned"));
    else if (!revision_) footer_->setText(tr("In force from the start of the next run"));
    else if (awaiting_) footer_->setText(tr("Asked for; not yet in force"));
    else if (setting_ == 0) footer_->setText(tr("In force"));
    else footer_->setText(tr("In force: setting %1 of this run").arg(setting_));
}

void KnobPanel::setReadOnly(bool on) {
    if (on == readOnly_) return;
    if (on) {
        pacer_.cut();
        alarm_->setDue(std::nullopt);
        draft_.accept(Knobs(draft_.applied()));
        undo_->clear();
        for (auto* row : rows_) row->forgetTyped();
        showAll();
    }
    lock(on);
}

void KnobPanel::view(const std::optional<Knobs>& knobs) {
    if (!knobs && !own_) return;
    if (knobs && own_ && *knobs == draft_.applied()) return;
    pacer_.cut();
    alarm_->setDue(std::nullopt);
    if (knobs && !own_) own_ = draft_.applied();
    draft_.accept(knobs ? *knobs : *own_);
    if (!knobs) own_.reset();
    for (auto* row : rows_) row->forgetTyped();
    showAll();
    lock(knobs.has_value());
}

void KnobPanel::lock(bool on) {
    readOnly_ = on;
    for (auto* row : rows_) row->setReadOnly(on);
    profileBar_->setReadOnly(on);
    showFooter();
}

void KnobPanel::filter(const QString& text) {
    const auto words = text.simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    std::map<KnobGroup, bool> any;
    bool found = false;
    for (auto* row : rows_) {
        const auto& knob = row->knob();
        const QString about = knobGroup(knob.group) + QLatin1Char(' ') + knobLabel(knob) + QLatin1Char(' ')
                            + QString::fromUtf8(knob.word.data(), static_cast<qsizetype>(knob.word.size())) + QLatin1Char(' ')
                            + QString::fromUtf8(knob.definition.data(), static_cast<qsizetype>(knob.definition.size()));
        const bool fits = std::all_of(words.begin(), words.end(), [&](const QString& word) { return about.contains(word, Qt::CaseInsensitive); });
        row->setVisible(fits);
        any[knob.group] = any[knob.group] || fits;
        found = found || fits;
    }
    for (const auto& [group, header] : headers_) header->setVisible(any[group]);
    none_->setVisible(!found);
}

void KnobPanel::find() {
    search_->setFocus(Qt::ShortcutFocusReason);
    search_->selectAll();
}

bool KnobPanel::eventFilter(QObject* watched, QEvent* event) {
    // A control that the keyboard goes to is brought into view.
    if (event->type() == QEvent::FocusIn) {
        auto* widget = static_cast<QWidget*>(watched);
        const auto reason = static_cast<QFocusEvent*>(event)->reason();
        if (reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason) scroll_->ensureWidgetVisible(widget, 0, 24);
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace penstock::ui
