#pragma once

#include "ui/history/snapshot_history.h"
#include "ui/theme/theme.h"

#include <QString>

#include <optional>
#include <string>
#include <vector>

namespace penstock::ui {

/// What a chart's figures are, which decides how its axis and its readouts are written.
enum class ChartUnit {
    Count,     ///< whole numbers
    Seconds,   ///< shown as ms below a second
    Money,     ///< in the snapshot's currency
    Rate,      ///< any number
};

/// One thing that a chart draws.
struct SeriesSpec {
    enum class Style {
        Line,
        Step, ///< holds its value until the next: a gauge that jumps
        Area,
        StepArea,
        Bars, ///< how much a counter grew a stretch of time; the bars of a chart are stacked in the order given
    };

    QString name;    ///< short: in the header and the readout
    QString meaning; ///< more words for the readout, where the name is a code; may be empty
    ColorRole color = ColorRole::Blue;
    SnapshotHistory::Value value; ///< of Bars: the counter
    Style style = Style::Line;
    Qt::PenStyle dash = Qt::SolidLine; ///< lines differ by it or by their width as well as by their colour
    double width = 1.8;
    bool rightAxis = false;
    /// A bound and not a measurement: drawn dashed and quiet, and left out of the picture where it is far above everything.
    bool limit = false;
    /// Of the sliding window: named by how long that is (`last 10 s`), which `name` says for the usual case.
    bool ofWindow = false;
};

struct ChartSpec {
    QString id; ///< of its file in an export, e.g. `in_flight`
    QString title;
    QString tip;       ///< what it shows, by which definition
    QString emptyText; ///< what will be here and how to get it
    QString quietText; ///< what it says when the run has given it nothing to draw, e.g. `No retries`
    ChartUnit unit = ChartUnit::Count;
    QString unitText;  ///< of the left axis, where the figures do not tell
    ChartUnit rightUnit = ChartUnit::Rate;
    QString rightUnitText;
    bool ofWindow = false; ///< all figures are of the sliding window, whose length the header says
    /// Whether a moment counts for the height of the axis; empty: each does. The cost of a run's first successes is so far above all that
    /// follows that it would press the rest flat; where a line leaves the plot a mark says so.
    std::function<bool(const Snapshot&)> scales;
    std::vector<SeriesSpec> series;
};

/// A horizontal line to compare with.
struct ChartBaseline {
    double value = 0;
    QString name;
};

/// Where a knob was turned.
struct ChartMarker {
    double time = 0;
    QString shortLabel; ///< `cap 4 → 14`
    QString text;       ///< all of what changed
};

} // namespace penstock::ui
