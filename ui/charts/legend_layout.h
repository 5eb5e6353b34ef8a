#pragma once

#include <vector>

namespace penstock::ui {

/// How wide an entry of a legend is: its swatch and name, and its figure with the space before it (0: it has none).
struct LegendWidths {
    double name = 0, value = 0;
};

/// Where the entries of a legend lie.
struct LegendLayout {
    struct Place {
        int row = 0;       ///< 0: beside the title, 1 and more: below it
        double left = 0;   ///< from the left edge of its row
        double width = 0;  ///< of the name, which is cut short where that is less than it needs
        bool value = false; ///< the figure is shown too
    };
    std::vector<Place> places; ///< as the entries
    int rows = 0;              ///< rows below the title

    /// What a legend is given: the room beside the title (0: none), the room of a row below it, and how many such rows at most.
    struct Room {
        double beside = 0, below = 0;
        int rowsWithValues = 1; ///< rows below that figures are worth
        int rows = 2;           ///< rows below that names are worth
    };

    /// Every entry is named. Beside the title when all of it fits there; else below, wrapped, with figures while they need no more rows than
    /// they are worth, without them otherwise; names are cut short only where even `rows` rows do not hold them. Pure.
    static LegendLayout of(const std::vector<LegendWidths>& entries, const Room& room, double between);
};

} // namespace penstock::ui
