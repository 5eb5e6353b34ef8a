#pragma once

#include "engine/base/knobs.h"
#include "engine/base/snapshot.h"
#include "ui/figures/baseline_figures.h"
#include "ui/theme/theme.h"

#include <QString>

#include <array>
#include <optional>

namespace penstock::ui {

/// The cards, in their order.
enum class Figure { CostPerSuccess, SuccessesPerHour, SuccessRate, FirstToken, InFlight, Gap, NewConnections, Retries };
inline constexpr std::size_t figureCount = 8;

/// Of what a figure is told.
enum class FigureScope {
    Setting, ///< since the knobs were last turned, without the time in which streams of the setting before still ran
    Run,     ///< the whole run so far
};

/// All that the cards are made of.
struct FigureInput {
    const Snapshot* snapshot = nullptr; ///< null: nothing ran yet
    Knobs knobs;                        ///< for C_hour, when no segment tells it
    const BaselineFigures* baseline = nullptr;
    FigureScope wanted = FigureScope::Setting;
    /// Run time at which the session began whose figures the snapshot has; above 0 in a run that was resumed.
    double sessionStart = 0;
};

/// A card's words. Every number comes from the snapshot; what is missing is a dash, and `tip` says why.
struct FigureText {
    QString title;
    QString value;
    QString badge;                      ///< of what: `setting #3` on the large card, `#3`, `run` or `now` on the others
    QString caption;
    QString change;                     ///< at the front of the caption, in `tone`: with an arrow and a word, never colour alone
    ColorRole tone = ColorRole::TextMuted;
    bool simulated = false;             ///< the word belongs on the card
    QString tip;                        ///< rich text: formula, the numbers that went in, scope
    QString spoken;                     ///< for assistive programs: name, figure and change
};

/// The scope that is really shown: the setting's once it has a success, else the run's.
FigureScope effectiveScope(const FigureInput& input);

FigureText figureText(Figure figure, const FigureInput& input);
std::array<FigureText, figureCount> figureTexts(const FigureInput& input);

} // namespace penstock::ui
