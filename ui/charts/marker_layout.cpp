#include "ui/charts/marker_layout.h"

#include <algorithm>

namespace penstock::ui {

namespace {

constexpr double gap = 4;         // between a line and a label, and between labels
constexpr double leastWords = 34; // a label cut shorter than this says less than its number
constexpr double badgePadding = 8;

QString cutToFit(const QString& text, double room, const std::function<double(const QString&)>& widthOf) {
    if (widthOf(text) <= room) return text;
    for (auto length = text.size() - 1; length > 1; --length) {
        const QString shorter = text.left(length).trimmed() + QStringLiteral("\u2026");
        if (widthOf(shorter) <= room) return shorter;
    }
    return {};
}

} // namespace

std::vector<PlacedMarker> placeMarkers(const std::vector<double>& xs, const std::vector<QString>& labels, int firstNumber,
                                       double from, double to, const std::function<double(const QString&)>& widthOf) {
    std::vector<PlacedMarker> out;
    double taken = from; // up to here the strip is full
    const auto number = [&](std::size_t first, std::size_t last) {
        const QString n = QString::number(firstNumber + static_cast<int>(first));
        return first == last ? n : n + QStringLiteral("\u2013") + QString::number(firstNumber + static_cast<int>(last));
    };
    for (std::size_t i = 0; i < xs.size();) {
        PlacedMarker placed{i, i, xs[i], xs[i] + gap, 0, labels[i], false};
        const double until = i + 1 < xs.size() ? xs[i + 1] - gap : to;
        const double full = widthOf(labels[i]);
        const double room = until - placed.left;
        const bool startFree = placed.left >= taken;
        if (startFree && full <= room) {
            placed.width = full;
        } else if (xs[i] - gap - full >= taken + gap && full > 0) {
            placed.width = full;
            placed.left = xs[i] - gap - full;
        } else if (const QString cut = startFree && room >= leastWords ? cutToFit(labels[i], room, widthOf) : QString();
                   !cut.isEmpty()) {
            placed.text = cut;
            placed.width = widthOf(cut);
        } else {
            placed.badge = true;
            // As many as the badge would cover.
            while (true) {
                placed.text = number(placed.first, placed.last);
                placed.width = widthOf(placed.text) + badgePadding;
                placed.left = std::clamp(xs[i] - placed.width / 2, std::min(taken, to - placed.width),
                                         std::max(taken, to - placed.width));
                const auto next = placed.last + 1;
                if (next >= xs.size() || xs[next] - placed.width / 2 >= placed.left + placed.width + gap / 2) break;
                placed.last = next;
            }
        }
        taken = placed.left + placed.width + gap;
        i = placed.last + 1;
        out.push_back(placed);
    }
    return out;
}

} // namespace penstock::ui
