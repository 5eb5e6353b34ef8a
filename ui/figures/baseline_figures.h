#pragma once

#include "engine/base/segment_figures.h"

#include <QString>

#include <optional>

namespace penstock::ui {

/// What the cards compare with: the figures of the setting that was pinned.
struct BaselineFigures {
    QString name;         ///< `cap 4`
    std::string runId;    ///< of its run; empty: of no run that can be shown
    std::uint32_t segment = 0; ///< its number in that run
    std::string currency; ///< of costPerSuccess; another currency is not compared
    std::optional<double> costPerSuccess, successesPerHour, successRate, tFirstTokenP50, tFirstTokenP95, gapFraction, newConnectionsPerSuccess,
        retriesPerRequest;
};

/// Those of a setting.
BaselineFigures baselineFigures(const QString& name, const SegmentFigures& figures);

} // namespace penstock::ui
