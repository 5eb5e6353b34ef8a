#pragma once

#include "ui/charts/chart_spec.h"
#include "ui/charts/plot.h"

namespace penstock::ui {

/// What a chart draws of a stretch of time: the history's points, and how high they reach. Pure; a value.
struct ChartData {
    double from = 0, to = 1;
    std::vector<std::vector<SnapshotHistory::Point>> series; ///< as ChartSpec::series; of Bars, one point a bar
    double barSeconds = 0;                                   ///< 0: the chart has no bars
    double largestLeft = 0, largestRight = 0;                ///< limits that are far above everything left out, and what ChartSpec::scales leaves out
    std::vector<bool> limitShown;                            ///< as ChartSpec::series; true for what is no limit
    bool empty = true;                                       ///< nothing in the whole history that this chart could draw
    std::string currency;

    /// `columns`: how many stretches of the range are told apart, `bars`: about how many bars fit into it.
    static ChartData read(const ChartSpec& spec, const SnapshotHistory& history, double from, double to, int columns,
                          int bars);

    /// The series as the plot draws it, x in seconds from `to`. Steps have their corners; bars are stacked.
    std::vector<Plot::Piece> pieces(const ChartSpec& spec, std::size_t series) const;
};

/// The figures of a chart at one moment, as its readouts say them.
struct ChartReading {
    std::optional<double> time;                ///< of the snapshot that was read; nullopt: none
    std::vector<std::optional<double>> values; ///< as ChartSpec::series; of Bars, the growth in the bar around the moment
    std::string currency;
    double windowSeconds = 0;                  ///< that the sliding window covered; 0: not known
    bool atEnd = false;                        ///< the run's last figures

    static ChartReading at(const ChartSpec& spec, const SnapshotHistory& history, double time, double barSeconds);
};

/// How long a bar is, so that about `bars` of them fill the range: 1, 2, 5, 10, 20, 30 s, 1 min, ...
double barLength(double range, int bars);

} // namespace penstock::ui
