#pragma once

#include <QString>

#include <functional>
#include <vector>

namespace penstock::ui {

/// A marker's label in the strip above a plot.
struct PlacedMarker {
    std::size_t first = 0, last = 0; ///< which markers it stands for; more than one where they crowd
    double x = 0;                    ///< of the first one's line
    double left = 0, width = 0;      ///< of the label
    QString text;
    bool badge = false; ///< a number in place of words
};

/// Places the labels of markers so that none overlaps another or leaves `from`..`to`: in full right of its line, else left of it, else cut short,
/// else its number, and one badge (`3–5`) for those too near each other for even that. Pure.
/// `xs` rise; `widthOf` measures a text; `firstNumber` is the number of xs[0] among all markers of the run, from 1.
std::vector<PlacedMarker> placeMarkers(const std::vector<double>& xs, const std::vector<QString>& labels, int firstNumber,
                                       double from, double to, const std::function<double(const QString&)>& widthOf);

} // namespace penstock::ui
