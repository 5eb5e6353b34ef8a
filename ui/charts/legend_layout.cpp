#include "ui/charts/legend_layout.h"

#include <algorithm>

namespace penstock::ui {

namespace {

double widthOf(const LegendWidths& entry, bool values) { return entry.name + (values ? entry.value : 0); }

/// Row by row, each as full as it gets; rows are numbered from 1.
LegendLayout wrapped(const std::vector<LegendWidths>& entries, double room, double between, bool values, double widest) {
    LegendLayout out;
    double left = 0;
    out.rows = 1;
    for (const auto& entry : entries) {
        const double width = std::min(widthOf(entry, values), widest);
        if (left > 0 && left + width > room) {
            ++out.rows;
            left = 0;
        }
        out.places.push_back({out.rows, left, std::min(entry.name, widest), values});
        left += width + between;
    }
    return out;
}

} // namespace

LegendLayout LegendLayout::of(const std::vector<LegendWidths>& entries, const Room& room, double between) {
    LegendLayout out;
    if (entries.empty()) return out;
    double whole = -between;
    for (const auto& entry : entries) whole += widthOf(entry, true) + between;
    if (whole <= room.beside) {
        double left = room.beside - whole; // at the right edge
        for (const auto& entry : entries) {
            out.places.push_back({0, left, entry.name, true});
            left += widthOf(entry, true) + between;
        }
        return out;
    }
    const double below = std::max(1.0, room.below);
    const bool fit = std::all_of(entries.begin(), entries.end(), [&](const auto& entry) { return widthOf(entry, true) <= below; });
    if (auto full = wrapped(entries, below, between, true, below); fit && full.rows <= room.rowsWithValues) return full;
    // Figures go first; then the longest names, a little at a time.
    for (double widest = below; widest > 1; widest *= 0.9)
        if (auto named = wrapped(entries, below, between, false, widest); named.rows <= room.rows) return named;
    return wrapped(entries, below, between, false, 1);
}

} // namespace penstock::ui
