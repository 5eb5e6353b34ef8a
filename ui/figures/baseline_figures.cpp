#include "ui/figures/baseline_figures.h"

#include "engine/base/cost.h"

namespace penstock::ui {

BaselineFigures baselineFigures(const QString& name, const SegmentFigures& figures) {
    BaselineFigures out;
    out.name = name;
    out.currency = figures.knobs.currency;
    out.costPerSuccess = figures.costPerSuccess;
    out.successesPerHour = figures.successesPerHour;
    out.successRate = figures.successRate;
    out.tFirstTokenP50 = figures.tFirstToken.p50;
    out.tFirstTokenP95 = figures.tFirstToken.p95;
    // Without a window nothing was measured: 0 would be a claim.
    if (figures.windowSeconds > 0) out.gapFraction = figures.gapFraction;
    out.newConnectionsPerSuccess = figures.newConnectionsPerSuccess;
    out.retriesPerRequest = cost::perEach(figures.retries, figures.ended);
    return out;
}

} // namespace penstock::ui
