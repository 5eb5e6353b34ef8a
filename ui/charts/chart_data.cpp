#include "ui/charts/chart_data.h"

#include <array>
#include <cmath>

namespace penstock::ui {

namespace {

using Style = SeriesSpec::Style;
using Point = SnapshotHistory::Point;

// A bound so far above the figures would press them flat on the axis.
constexpr double limitWithin = 4;

// What ChartSpec::scales leaves out is left out where it is so many times as high as the rest.
constexpr double leavesFrom = 1.5;

bool stepped(Style style) { return style == Style::Step || style == Style::StepArea; }

/// A line through the points, with corners where it is stepped, and without the points that lie on a straight level.
QList<QPointF> path(const std::vector<Point>& points, std::size_t begin, std::size_t end, bool steps, double to) {
    QList<QPointF> out;
    out.reserve(static_cast<qsizetype>((end - begin) * (steps ? 2 : 1) + 1));
    const auto add = [&](double x, double y) {
        const auto n = out.size();
        if (n >= 2 && out[n - 1].y() == y && out[n - 2].y() == y) out[n - 1].setX(x);
        else out.append({x, y});
    };
    for (std::size_t i = begin; i < end; ++i) {
        if (steps && i > begin) add(points[i].time - to, *points[i - 1].value);
        add(points[i].time - to, *points[i].value);
    }
    return out;
}

} // namespace

double barLength(double range, int bars) {
    static constexpr std::array<double, 14> lengths{1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200};
    for (const double length : lengths)
        if (range / length <= std::max(1, bars)) return length;
    return std::ceil(range / std::max(1, bars) / 7200) * 7200;
}

ChartData ChartData::read(const ChartSpec& spec, const SnapshotHistory& history, double from, double to, int columns,
                          int bars) {
    ChartData out;
    out.from = from;
    out.to = to;
    out.limitShown.assign(spec.series.size(), true);
    std::vector<double> largest(spec.series.size(), 0);
    std::vector<double> stack;
    for (std::size_t i = 0; i < spec.series.size(); ++i) {
        const auto& series = spec.series[i];
        if (series.style == Style::Bars) {
            out.barSeconds = barLength(to - from, bars);
            const double first = std::floor(from / out.barSeconds), last = std::ceil(to / out.barSeconds);
            const int count = std::max(1, static_cast<int>(last - first));
            out.series.push_back(history.growth(series.value, first * out.barSeconds, last * out.barSeconds, count));
            stack.resize(static_cast<std::size_t>(count));
            for (std::size_t bar = 0; bar < out.series.back().size(); ++bar)
                largest[i] = std::max(largest[i], stack[bar] += out.series.back()[bar].value.value_or(0));
        } else {
            out.series.push_back(history.points(series.value, from, to, columns));
            const auto reach = [&](const std::vector<Point>& points) {
                for (const auto& point : points)
                    if (point.value && point.time >= from && point.time <= to) largest[i] = std::max(largest[i], *point.value);
            };
            if (spec.scales)
                reach(history.points([&](const Snapshot& s) { return spec.scales(s) ? series.value(s) : std::nullopt; }, from, to, columns));
            const double settled = largest[i];
            reach(out.series.back());
            if (settled > 0 && largest[i] > leavesFrom * settled) largest[i] = settled;
            // One entry outside the range says where the line enters it.
            if (largest[i] == 0)
                for (const auto& point : out.series.back()) largest[i] = std::max(largest[i], point.value.value_or(0));
        }
        if (!series.limit) {
            auto& side = series.rightAxis ? out.largestRight : out.largestLeft;
            side = std::max(side, largest[i]);
        }
    }
    for (std::size_t i = 0; i < spec.series.size(); ++i) {
        if (!spec.series[i].limit) continue;
        out.limitShown[i] = largest[i] > 0 && (out.largestLeft == 0 || largest[i] <= limitWithin * out.largestLeft);
        if (out.limitShown[i] && largest[i] > out.largestLeft) out.largestLeft = largest[i];
    }

    if (const auto newest = history.newest()) {
        out.currency = newest->currency;
        for (const auto& series : spec.series) {
            const auto value = series.value(*newest);
            if (value && (!series.limit || *value > 0) && (series.style != Style::Bars || *value > 0)) out.empty = false;
        }
        for (const auto& points : out.series)
            for (const auto& point : points)
                if (point.value && *point.value > 0) out.empty = false;
    }
    return out;
}

std::vector<Plot::Piece> ChartData::pieces(const ChartSpec& spec, std::size_t index) const {
    std::vector<Plot::Piece> out;
    const auto& points = series[index];
    const auto style = spec.series[index].style;
    if (style == Style::Bars) {
        // One outline through all bars: between two bars its edges run together, where nothing is filled.
        Plot::Piece piece;
        const double half = barSeconds * 0.36;
        for (std::size_t bar = 0; bar < points.size(); ++bar) {
            double base = 0;
            for (std::size_t below = 0; below < index; ++below)
                if (spec.series[below].style == Style::Bars) base += series[below][bar].value.value_or(0);
            const double top = base + points[bar].value.value_or(0);
            const double left = points[bar].time - half - to, right = points[bar].time + half - to;
            piece.upper << QPointF(left, base) << QPointF(left, top) << QPointF(right, top) << QPointF(right, base);
            piece.lower << QPointF(left, base) << QPointF(right, base);
        }
        if (!piece.upper.isEmpty()) out.push_back(std::move(piece));
        return out;
    }
    if (!limitShown[index]) return out;
    for (std::size_t begin = 0; begin < points.size();) {
        if (!points[begin].value) {
            ++begin;
            continue;
        }
        std::size_t end = begin;
        while (end < points.size() && points[end].value) ++end;
        auto line = path(points, begin, end, stepped(style), to);
        // A moment on its own would be no line at all.
        if (line.size() == 1) line.append({line.front().x() + (to - from) / 400, line.front().y()});
        out.push_back({std::move(line), {}});
        begin = end;
    }
    return out;
}

ChartReading ChartReading::at(const ChartSpec& spec, const SnapshotHistory& history, double time, double barSeconds) {
    ChartReading out;
    out.values.resize(spec.series.size());
    const auto entry = history.at(time);
    if (!entry) return out;
    out.time = entry->elapsedSeconds;
    out.currency = entry->currency;
    out.windowSeconds = entry->window.seconds;
    out.atEnd = entry->state == RunState::Finished || entry->state == RunState::Failed;
    for (std::size_t i = 0; i < spec.series.size(); ++i) {
        const auto& series = spec.series[i];
        if (series.style != Style::Bars) {
            out.values[i] = series.value(*entry);
        } else if (barSeconds > 0) {
            // At a bar's right edge that bar is meant, and not the one that has just begun: there is nothing of it yet.
            const double left = std::max(0.0, std::ceil(std::min(time, history.end()) / barSeconds - 1e-9) - 1) * barSeconds;
            const auto bar = history.growth(series.value, left, left + barSeconds, 1);
            if (!bar.empty()) out.values[i] = bar.front().value;
        }
    }
    return out;
}

} // namespace penstock::ui
