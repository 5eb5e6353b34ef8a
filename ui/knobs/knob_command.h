#pragma once

#include "engine/base/knobs.h"

#include <QUndoCommand>

#include <functional>

namespace penstock::ui {

/// One step of undo: from one set of knobs to another. Steps of the same gesture become one.
class KnobCommand final : public QUndoCommand {
public:
    /// `apply` puts a set in force; it is called by redo() and undo(), the first time when the command is pushed. `what` is the
    /// text of the step; empty: it is made of the changes, `In-flight cap 4 to 14`. `gesture` below 0: a step of its own.
    KnobCommand(Knobs before, Knobs after, int gesture, std::function<void(const Knobs&)> apply, QString what = {});

    void undo() override { apply_(before_); }
    void redo() override { apply_(after_); }
    int id() const override { return 0x6b6e6f62; }
    bool mergeWith(const QUndoCommand* other) override;

private:
    void name();

    Knobs before_, after_;
    int gesture_;
    std::function<void(const Knobs&)> apply_;
    QString what_;
};

} // namespace penstock::ui
