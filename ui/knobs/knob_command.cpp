#include "ui/knobs/knob_command.h"

#include "engine/base/knobs_json.h"
#include "ui/knobs/knob_text.h"

namespace penstock::ui {

KnobCommand::KnobCommand(Knobs before, Knobs after, int gesture, std::function<void(const Knobs&)> apply, QString what)
    : before_(std::move(before))
    , after_(std::move(after))
    , gesture_(gesture)
    , apply_(std::move(apply))
    , what_(std::move(what)) {
    name();
}

bool KnobCommand::mergeWith(const QUndoCommand* other) {
    const auto* next = dynamic_cast<const KnobCommand*>(other);
    if (!next || gesture_ < 0 || next->gesture_ != gesture_) return false;
    after_ = next->after_;
    setObsolete(after_ == before_);
    name();
    return true;
}

void KnobCommand::name() {
    if (!what_.isEmpty()) return setText(what_);
    const auto from = toJson(before_), to = toJson(after_);
    QStringList changes;
    for (const auto& knob : knobCatalog()) {
        const std::string word(knob.word);
        if (from.at(word) == to.at(word)) continue;
        const auto shown = [&](const nlohmann::ordered_json& value, const std::string& currency) {
            const QString text = knobText(knob, value, currency);
            return text.isEmpty() ? QObject::tr("nothing") : text;
        };
        changes << QObject::tr("%1 %2 to %3").arg(knobLabel(knob), shown(from.at(word), before_.currency), shown(to.at(word), after_.currency));
    }
    setText(changes.size() > 3 ? QObject::tr("%1 and %2 more").arg(changes.mid(0, 2).join(QStringLiteral(", "))).arg(changes.size() - 2)
                               : changes.join(QStringLiteral(", ")));
}

} // namespace penstock::ui
