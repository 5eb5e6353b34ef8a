#include "ui/knobs/knob_panel.h"

#include "engine/base/knobs_json.h"
#include "ui/knobs/knob_command.h"
#include "ui/knobs/knob_field.h"
#include "ui/knobs/knob_row.h"
#include "ui/knobs/knob_text.h"
#include "ui/knobs/profile_bar.h"

#include <QPointer>
#include <QStandardPaths>
#include <QUndoStack>

namespace penstock::ui {

namespace {

/// Not AppConfigLocation, which has the organisation's name in it: profiles were here before the program named one.
QString defaultFolder() {
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + QLatin1Char('/') + QCoreApplication::applicationName() + QStringLiteral("/profiles");
}

} // namespace

KnobPanel::KnobPanel(QUndoStack* undo, QWidget* parent)
    : KnobPanel(undo, Parts{}, parent) {}

KnobPanel::KnobPanel(QUndoStack* undo, Parts parts, QWidget* parent)
    : QWidget(parent)
    , undo_(undo)
    , ownClock_(parts.clock ? nullptr : std::make_unique<SystemClock>())
    , clock_(parts.clock ? parts.clock : ownClock_.get())
    , alarm_(clock_->makeAlarm([this] { settle(); }))
    , profiles_(new ProfileList(parts.profilesFolder.isEmpty() ? defaultFolder() : parts.profilesFolder, this)) {
    lay();
    connect(profiles_, &ProfileList::changed, this, &KnobPanel::showProfile);
    connect(profiles_, &ProfileList::problem, this, [this](const QString& sentence) {
        showMessage(sentence, true);
        Q_EMIT problem(sentence);
    });
    connect(profiles_, &ProfileList::saved, this, [this](const QString& name) {
        profileName_ = name;
        showMessage(tr("Saved as %1.").arg(name), false);
        showProfile();
    });
    connect(profiles_, &ProfileList::imported, this, [this](const QString& name) {
        showMessage(tr("Imported %1: choose it above.").arg(name), false);
    });
    connect(profileBar_, &ProfileBar::chosen, this, &KnobPanel::choose);
    connect(profileBar_, &ProfileBar::saveAsked, this, [this](const QString& name) {
        flush();
        profiles_->save(name, draft_.applied());
    });
    showAll();
    showFooter();
}

KnobPanel::~KnobPanel() {
    // A field that is destroyed while text stands in it says so, after the members that would hear of it are gone.
    for (auto* row : rows_) row->disconnect(this);
}

void KnobPanel::join(KnobRow& row) {
    const std::string word(row.knob().word);
    connect(&row, &KnobRow::turned, this, [this, word](const nlohmann::ordered_json& value, bool more) { turn(word, value, more); });
    connect(&row, &KnobRow::typed, this, [this, word, &row](const QString& text) {
        const auto value = readKnob(row.knob(), text, draft_.edited().currency);
        if (value) return turn(word, *value, false);
        draft_.refuse(word, value.error().message);
        showKnobs();
    });
    connect(&row, &KnobRow::reverted, this, [this, word] {
        draft_.revert(word);
        pacer_.set(word, clock_->now());
        settle();
    });
    connect(&row, &KnobRow::resetAsked, this, [this, word] {
        static const auto defaults = toJson(Knobs{});
        turn(word, defaults.at(word), false);
    });
    connect(&row, &KnobRow::pressed, this, [this, word] { pacer_.press(word); });
    connect(&row, &KnobRow::released, this, [this] {
        pacer_.release(clock_->now());
        settle();
    });
}

void KnobPanel::turn(const std::string& word, const nlohmann::ordered_json& value, bool more) {
    draft_.set(word, value);
    if (more) pacer_.touch(word, clock_->now());
    else pacer_.set(word, clock_->now());
    showKnobs();
    settle();
}

void KnobPanel::settle() {
    const bool due = pacer_.take(clock_->now());
    alarm_->setDue(pacer_.due());
    if (!due) return;
    if (const auto ready = draft_.ready(); ready && *ready != draft_.applied()) return push(*ready, pacer_.gesture(), {});
    else if (ready) draft_.accept(*ready);
    showKnobs();
}

void KnobPanel::flush() {
    for (auto* row : rows_) row->commitTyped();
    pacer_.release(clock_->now());
    if (!pacer_.due()) return;
    pacer_.set({}, clock_->now());
    settle();
}

void KnobPanel::push(const Knobs& knobs, int gesture, const QString& what) {
    pushing_ = true;
    QPointer<KnobPanel> self(this);
    undo_->push(new KnobCommand(
        draft_.applied(), knobs, gesture,
        [self](const Knobs& set) {
            if (self) self->enforce(set);
        },
        what));
    pushing_ = false;
}

void KnobPanel::enforce(const Knobs& knobs) {
    if (!pushing_) {
        pacer_.cut();
        alarm_->setDue(std::nullopt);
    }
    draft_.accept(knobs);
    awaiting_ = revision_.has_value();
    showAll();
    showFooter();
    Q_EMIT applyRequested(knobs);
}

void KnobPanel::setKnobs(const Knobs& knobs) {
    if (knobs == draft_.applied()) return;
    pacer_.cut();
    alarm_->setDue(std::nullopt);
    draft_.accept(knobs);
    undo_->clear();
    for (auto* row : rows_) row->forgetTyped();
    showAll();
}

void KnobPanel::choose(const Profile& profile) {
    const auto knobs = knobsOf(profile, draft_.applied());
    if (!knobs) {
        showMessage(QString::fromStdString(knobs.error().message), true);
        return showProfile();
    }
    pacer_.cut();
    alarm_->setDue(std::nullopt);
    profileName_ = profile.name;
    showMessage({}, false);
    if (*knobs == draft_.applied()) {
        draft_.accept(*knobs);
        return showAll();
    }
    push(*knobs, -1, tr("Profile %1").arg(profile.name));
}

void KnobPanel::changeCap(int by) {
    const int cap = std::clamp(draft_.edited().maxConcurrency + by, 1, 100'000);
    if (!readOnly_ && cap != draft_.edited().maxConcurrency) turn("max-concurrency", static_cast<std::uint64_t>(cap), true);
}

void KnobPanel::setApplied(std::optional<std::uint32_t> revision, std::uint32_t setting) {
    if (revision == revision_ && setting == setting_) return;
    setting_ = setting;
    if (!revision || !revision_ || *revision > *revision_) awaiting_ = false;
    revision_ = revision;
    showFooter();
}

KnobRow* KnobPanel::row(std::string_view word) const {
    for (auto* row : rows_)
        if (row->knob().word == word) return row;
    return nullptr;
}

} // namespace penstock::ui
