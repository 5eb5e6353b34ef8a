#include "ui/window/knob_markers.h"

#include "engine/base/knob_changes.h"

#include <QObject>

#include <algorithm>

namespace penstock::ui {

namespace {

QString shortWord(const std::string& knob) {
    if (knob == "max-concurrency") return QObject::tr("cap");
    return QString::fromStdString(knob).replace(QLatin1Char('-'), QLatin1Char(' '));
}

} // namespace

std::vector<ChartMarker> markersOf(const std::vector<SegmentFigures>& segments, const std::vector<double>& pauses) {
    std::vector<ChartMarker> markers;
    for (std::size_t i = 1; i < segments.size(); ++i) {
        const auto changes = changesBetween(segments[i - 1].knobs, segments[i].knobs);
        ChartMarker marker;
        marker.time = segments[i].start;
        if (changes.empty()) {
            // A resumed run opens a segment without a change.
            marker.shortLabel = QObject::tr("resumed");
            marker.text = QObject::tr("The run was resumed");
        } else {
            marker.shortLabel = QStringLiteral("%1 %2\u2192%3").arg(shortWord(changes.front().knob), QString::fromStdString(changes.front().from),
                                                                   QString::fromStdString(changes.front().to));
            if (changes.size() > 1) marker.shortLabel += QStringLiteral(" +%1").arg(changes.size() - 1);
            marker.text = QString::fromStdString(describe(changes));
        }
        markers.push_back(std::move(marker));
    }
    for (const double at : pauses) {
        ChartMarker marker;
        marker.time = at;
        marker.shortLabel = QObject::tr("paused");
        marker.text = QObject::tr("A person paused the run: nothing was admitted until it went on");
        markers.push_back(std::move(marker));
    }
    std::stable_sort(markers.begin(), markers.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
    return markers;
}

} // namespace penstock::ui
