#pragma once

#include <QString>

#include <functional>
#include <vector>

namespace penstock::ui {

/// A marker's label in the strip above a plot.
struct PlacedMarker {
    std::size_t first = 0, last = 0; ///< which markers it stands for; more than one where they crowd
    double x = 0;                    ///< of the first one's line
    double left = 0, width = 0;      ///< of the label; no width: it has none
    QString text;
    bool badge = false; ///< `3 changes` in place of their words
};

/// Places the labels of markers so that none overlaps another or leaves `from`..`to`: in full right of its line, else left of it, else only what
/// the setting is now (`→14`), and one pill (`3 changes`) for those too near each other for that; a line without words where even that has no
/// room. No label is cut: `cap 2…` would be taken for a figure. Pure. `xs` rise; `widthOf` measures a text.
std::vector<PlacedMarker> placeMarkers(const std::vector<double>& xs, const std::vector<QString>& labels, double from, double to,
                                       const std::function<double(const QString&)>& widthOf);

} // namespace penstock::ui
