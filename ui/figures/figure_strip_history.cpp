#include "ui/figures/figure_strip.h"

namespace penstock::ui {

void FigureStrip::setHistory(const SnapshotHistory* history) {
    if (!history) return setSeries({});
    setSeries([history](const SnapshotHistory::Value& value, double from, double to, int columns) {
        return history->points(value, from, to, columns);
    });
}

} // namespace penstock::ui
