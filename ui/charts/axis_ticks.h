#pragma once

#include "ui/charts/chart_spec.h"

#include <vector>

namespace penstock::ui {

/// The ticks of a value axis from 0 to `top`, `step` apart. Pure.
struct AxisTicks {
    double top = 1;
    double step = 0.25;

    bool operator==(const AxisTicks&) const = default;
    int count() const; ///< of the stretches between ticks

    /// Round ticks above `largest`, about `wanted` stretches of them; whole numbers for a count.
    static AxisTicks above(double largest, int wanted, bool whole);
    /// The same, but `before` stays while it still fits well: an axis that follows each figure cannot be read.
    static AxisTicks steady(const AxisTicks& before, double largest, int wanted, bool whole);
};

/// How the figures of an axis are written, all with the same decimals.
struct AxisFormat {
    ChartUnit unit = ChartUnit::Count;
    std::string currency;
    double factor = 1; ///< that the figures are multiplied by, e.g. 1000
    int decimals = 0;
    QString prefix, suffix;

    static AxisFormat of(ChartUnit unit, const AxisTicks& ticks, const std::string& currency);
    QString text(double value) const;
};

/// Where the lines of a time axis lie: round steps, so many that each has about `pixelsApart` pixels.
struct TimeTick {
    double time = 0;
    QString text; ///< `-20 s`, `now`, or the clock of the run when `ago` is false
};
std::vector<TimeTick> timeTicks(double from, double to, double pixels, double pixelsApart, bool ago);

/// A figure of a series in full, for readouts.
QString valueText(std::optional<double> value, ChartUnit unit, const std::string& currency);

} // namespace penstock::ui
