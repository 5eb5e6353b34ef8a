#include "ui/charts/marker_layout.h"

#include <QCoreApplication>

#include <algorithm>

namespace penstock::ui {

namespace {

constexpr double gap = 4; // between a line and a label, and between labels
constexpr double badgePadding = 8;

/// `→14` of `cap 4→14`: what the setting is now. Empty where a label has no arrow.
QString arrowOf(const QString& label) {
    const auto at = label.lastIndexOf(QChar(0x2192));
    return at < 0 ? QString() : label.mid(at);
}

} // namespace

std::vector<PlacedMarker> placeMarkers(const std::vector<double>& xs, const std::vector<QString>& labels, double from, double to,
                                       const std::function<double(const QString&)>& widthOf) {
    std::vector<PlacedMarker> out;
    double taken = from; // up to here the strip is full
    for (std::size_t i = 0; i < xs.size();) {
        PlacedMarker placed{i, i, xs[i], xs[i] + gap, 0, {}, false};
        const double until = i + 1 < xs.size() ? xs[i + 1] - gap : to;
        const auto fits = [&](const QString& text) {
            const double width = widthOf(text);
            if (text.isEmpty()) return false;
            if (xs[i] + gap >= taken && xs[i] + gap + width <= until) placed.left = xs[i] + gap;
            else if (xs[i] - gap - width >= taken) placed.left = xs[i] - gap - width;
            else return false;
            placed.text = text;
            placed.width = width;
            return true;
        };
        if (!fits(labels[i]) && !fits(arrowOf(labels[i]))) {
            // One pill for as many as it would cover.
            const auto pill = [&](const QString& text) {
                placed.text = text;
                placed.width = widthOf(text) + badgePadding;
                placed.left = std::clamp(xs[i] - placed.width / 2, taken, std::max(taken, to - placed.width));
            };
            while (true) {
                const auto count = static_cast<int>(placed.last - placed.first) + 1;
                pill(count == 1 ? QStringLiteral("\u00d71") : QCoreApplication::translate("MarkerLayout", "%1 changes").arg(count));
                if (placed.left + placed.width > to) pill(QStringLiteral("\u00d7%1").arg(count));
                const auto next = placed.last + 1;
                if (next >= xs.size() || xs[next] - gap >= placed.left + placed.width) break;
                placed.last = next;
            }
            placed.badge = placed.last > placed.first && placed.left + placed.width <= to;
            if (!placed.badge) { // the line alone, which the tooltip explains
                placed.text.clear();
                placed.width = 0;
                placed.left = std::clamp(xs[i], from, to);
            }
        }
        taken = std::max(taken, placed.left + placed.width + (placed.text.isEmpty() ? 0 : gap));
        i = placed.last + 1;
        out.push_back(std::move(placed));
    }
    return out;
}

} // namespace penstock::ui
