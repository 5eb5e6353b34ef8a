#include "ui/window/knob_markers.h"

#include "engine/base/knob_changes.h"

#include <QObject>

namespace penstock::ui {

namespace {

QString shortWord(const std::string& knob) {
    if (knob == "max-concurrency") return QObject::tr("cap");
    return QString::fromStdString(knob).replace(QLatin1Char('-'), QLatin1Char(' '));
}

} // namespace

std::vector<ChartMarker> markersOf(const std::vector<SegmentFigures>& segments) {
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
    return markers;
}

} // namespace penstock::ui
