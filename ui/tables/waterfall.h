#pragma once

#include "engine/base/active_request.h"
#include "engine/base/run_document.h"

#include <vector>

namespace penstock::ui {

/// A part of a request's time, as the waterfall draws it.
struct WaterfallPiece {
    enum class Kind {
        Queue,      ///< queued -> admitted
        Connection, ///< admitted -> sent
        FirstToken, ///< sent -> first token
        Stream,     ///< first token -> last token
        Post,       ///< last token -> completed
        BackOff,    ///< an attempt's end -> the next one is due
        Failed,     ///< the end of an attempt that failed: from the last stamp it reached to its end
    };
    Kind kind = Kind::Queue;
    double from = 0, to = 0; ///< seconds since the request was first queued
};

/// The pieces of a request in the order of time, into `out`, whose storage is used again. Only stamps that were reached
/// make pieces; none has a negative length. Returns the time of the last end.
double waterfallPieces(const std::vector<AttemptBar>& attempts, std::vector<WaterfallPiece>& out);
/// Of the present attempt of a request that goes on; `now` in seconds of run time.
double waterfallPieces(const ActiveRequest& request, double now, std::vector<WaterfallPiece>& out);

/// The distance between the marks of a scale up to `span` seconds with at most `marks` of them: 1, 2 or 5 times a power
/// of ten. 0 when there is nothing to scale.
double waterfallStep(double span, int marks);

} // namespace penstock::ui
