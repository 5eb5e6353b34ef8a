#pragma once

#include "engine/record/recorder.h"

#include <QByteArray>
#include <QString>

namespace penstock::test {

/// Run time 0 of every run made here.
inline const Instant epoch{std::chrono::hours{1000}};
inline Instant at(int milliseconds) {
    return epoch + std::chrono::milliseconds{milliseconds};
}

RunInfo someRun();
Segment someSegment(std::uint32_t number, int cap, Nanos start = Nanos{0});
RecorderOptions optionsFor(const QString& folder);
/// Cap 2, three requests, four attempts; every figure of it is worked out on paper in tst_figures.cpp.
void recordThreeRequests(Recorder& recorder);
/// The session's totals of recordThreeRequests().
SessionTotals threeRequestsTotals();

/// The whole file; empty when it cannot be read.
QByteArray contentOf(const QString& path);

} // namespace penstock::test
