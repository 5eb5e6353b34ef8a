#pragma once

#include "engine/base/clock.h"
#include "engine/base/knob_catalog.h"
#include "ui/knobs/apply_pacer.h"
#include "ui/knobs/knob_draft.h"

#include <QWidget>

#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>

class QLabel;
class QLineEdit;
class QScrollArea;
class QUndoStack;

namespace penstock::ui {

class KnobRow;
class ProfileBar;
class ProfileList;
struct Profile;

/// Every knob, in groups, to be turned while a run goes on. A change shows at once; it is asked for by applyRequested() when
/// the slider is released or rests for 150 ms, and is one step of undo. GUI thread.
class KnobPanel final : public QWidget {
    Q_OBJECT

public:
    struct Parts {
        /// Null: the machine's clock. Must outlive the panel.
        const Clock* clock = nullptr;
        /// Where a person's own profiles are. Empty: QStandardPaths::AppConfigLocation/profiles.
        QString profilesFolder{};
    };

    /// Steps of undo go onto `undo`, which is the owner's and outlives the panel.
    explicit KnobPanel(QUndoStack* undo, QWidget* parent = nullptr);
    KnobPanel(QUndoStack* undo, Parts parts, QWidget* parent = nullptr);
    ~KnobPanel() override;

    /// The set in force: the last that was asked for, or set from outside. Always one that can be.
    const Knobs& knobs() const { return draft_.applied(); }

    /// A set from outside (a run that was opened, a profile of the command line). Drops what was being edited and the steps of
    /// undo, which no longer lead here; does nothing when it is the set in force. No applyRequested().
    void setKnobs(const Knobs& knobs);
    /// A finished run's knobs are shown, and cannot be turned; nor can steps of undo be taken back, which are dropped.
    void setReadOnly(bool on);
    /// A finished run's knobs in the place of the person's own, which cannot be turned; nullopt: back to those, with their steps
    /// of undo. Meanwhile whoever owns the stack must not let a step be taken back.
    void view(const std::optional<Knobs>& knobs);
    /// Which set the engine works with (Snapshot::knobsRevision); nullopt: no run goes on. Shown in the last line.
    /// `setting`: its number in the run, which of a resumed run is not its number in this session; 0 while it is not known.
    void setApplied(std::optional<std::uint32_t> revision, std::uint32_t setting = 0);

    /// Raises or lowers the in-flight cap, as keys of presentation mode do; keys pressed in a row are one step of undo.
    void changeCap(int by);
    /// Applies what waits for a slider to rest or for Enter; the window does so before it starts a run.
    void flush();

    KnobRow* row(std::string_view word) const; ///< nullptr for a word that is no knob
    ProfileBar* profileBar() const { return profileBar_; }
    ProfileList* profiles() const { return profiles_; }
    QLineEdit* searchField() const { return search_; }
    /// Puts the focus on the search field.
    void find();

Q_SIGNALS:
    /// `knobs` passed validate(). At most ten a second while a slider is dragged.
    void applyRequested(const Knobs& knobs);
    /// A profile that could not be read or written: one sentence.
    void problem(const QString& sentence);

private:
    void lay();
    void addRows();
    void join(KnobRow& row);
    void turn(const std::string& word, const nlohmann::ordered_json& value, bool more);
    void settle(); ///< applies what is due, and arms the alarm for what is not
    void push(const Knobs& knobs, int gesture, const QString& what);
    void enforce(const Knobs& knobs);
    void choose(const Profile& profile);
    void showAll();
    void showKnobs();
    void showMessage(const QString& text, bool problem);
    void showProfile();
    void showFooter();
    void lock(bool on);
    void filter(const QString& text);
    bool eventFilter(QObject* watched, QEvent* event) override;

    QUndoStack* undo_;
    std::unique_ptr<Clock> ownClock_;
    const Clock* clock_;
    std::unique_ptr<Alarm> alarm_;
    KnobDraft draft_;
    ApplyPacer pacer_;
    bool pushing_ = false, readOnly_ = false;
    std::optional<Knobs> own_; ///< the person's, while others are viewed
    std::optional<std::uint32_t> revision_;
    std::uint32_t setting_ = 0;
    bool awaiting_ = false; ///< asked for while a run goes on, and not confirmed by a newer revision
    QString profileName_;   ///< last chosen or matched; empty: none

    ProfileList* profiles_;
    ProfileBar* profileBar_ = nullptr;
    QLineEdit* search_ = nullptr;
    QScrollArea* scroll_ = nullptr;
    QLabel* none_ = nullptr;
    QLabel* message_ = nullptr; ///< about profiles
    QLabel* footer_ = nullptr;
    std::vector<KnobRow*> rows_;
    std::map<KnobGroup, QLabel*> headers_;
};

} // namespace penstock::ui
