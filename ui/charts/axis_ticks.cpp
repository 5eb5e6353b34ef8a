#include "ui/charts/axis_ticks.h"

#include "ui/format/figures.h"

#include <QCoreApplication>

#include <array>
#include <cmath>

namespace penstock::ui {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("AxisTicks", text); }

int decimalsOf(double step) {
    // 0.25 takes two decimals, 0.1 one; 2.5 one.
    for (int decimals = 0; decimals < 9; ++decimals) {
        const double scaled = step * std::pow(10, decimals);
        if (std::abs(scaled - std::round(scaled)) < 1e-6 * std::max(1.0, scaled)) return decimals;
    }
    return 9;
}

QString grouped(double value, int decimals) {
    if (decimals == 0 && std::abs(value) >= 1000) return numberText(value);
    return QString::number(value, 'f', decimals);
}

} // namespace

int AxisTicks::count() const { return static_cast<int>(std::lround(top / step)); }

AxisTicks AxisTicks::above(double largest, int wanted, bool whole) {
    if (!(largest > 0) || !std::isfinite(largest)) return whole ? AxisTicks{4, 1} : AxisTicks{1, 0.25};
    const double least = largest * 1.04; // the line does not lie on the frame
    const double power = std::pow(10, std::floor(std::log10(least / wanted)));
    for (const double factor : {1.0, 2.0, 2.5, 5.0, 10.0, 20.0}) {
        const double step = factor * power;
        if (whole && std::abs(step - std::round(step)) > 1e-9) continue;
        const double steps = std::ceil(least / step - 1e-9);
        if (steps <= wanted) return {steps * step, step};
    }
    return {std::ceil(least), std::ceil(least)}; // a count below 1
}

AxisTicks AxisTicks::steady(const AxisTicks& before, double largest, int wanted, bool whole) {
    const auto now = above(largest, wanted, whole);
    const bool fits = largest <= before.top && now.top >= before.top * 0.6 && before.count() <= wanted;
    return fits ? before : now;
}

AxisFormat AxisFormat::of(ChartUnit unit, const AxisTicks& ticks, const std::string& currency) {
    AxisFormat out;
    out.unit = unit;
    out.currency = currency;
    double step = ticks.step;
    switch (unit) {
    case ChartUnit::Count: break;
    case ChartUnit::Rate:
        if (ticks.top >= 10'000) {
            out.factor = 1e-3;
            out.suffix = QStringLiteral("k");
        }
        break;
    case ChartUnit::Seconds:
        if (ticks.top < 1) out.factor = 1000;
        out.suffix = ticks.top < 1 ? tr(" ms") : tr(" s");
        break;
    case ChartUnit::Money:
        // Always for one success, as every readout says it: an axis for 1,000 beside a legend for one is misread by 1,000.
        if (currency == "USD") out.prefix = QStringLiteral("$");
        else out.suffix = QLatin1Char(' ') + QString::fromStdString(currency);
        break;
    }
    out.decimals = decimalsOf(step * out.factor);
    return out;
}

QString AxisFormat::text(double value) const {
    if (value == 0 && unit != ChartUnit::Money) return QStringLiteral("0");
    return prefix + grouped(value * factor, value == 0 ? 0 : decimals) + suffix;
}

std::vector<TimeTick> timeTicks(double from, double to, double pixels, double pixelsApart, bool ago) {
    static constexpr std::array<double, 18> steps{1,   2,   5,    10,   20,   30,    60,    120,   300,
                                                  600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400};
    std::vector<TimeTick> out;
    if (!(to > from) || pixels < 1) return out;
    const double wanted = (to - from) / std::max(1.0, std::floor(pixels / pixelsApart));
    double step = steps.back();
    for (const double s : steps)
        if (s >= wanted - 1e-9) {
            step = s;
            break;
        }
    while (step < wanted) step *= 2;
    if (ago) {
        for (double back = std::floor((to - from) / step + 1e-9) * step; back > -step / 2; back -= step) {
            QString text = tr("now");
            if (back > step / 2)
                text = step >= 60 ? tr("\u2212%1 min").arg(std::lround(back / 60)) : tr("\u2212%1 s").arg(std::lround(back));
            out.push_back({to - back, text});
        }
        return out;
    }
    for (double time = std::max(0.0, std::ceil(from / step - 1e-9) * step); time <= to + 1e-9; time += step)
        out.push_back({time, clockText(time)});
    return out;
}

QString valueText(std::optional<double> value, ChartUnit unit, const std::string& currency) {
    if (!value || !std::isfinite(*value)) return QStringLiteral("\u2013");
    switch (unit) {
    case ChartUnit::Count: return countText(static_cast<std::uint64_t>(std::llround(std::max(0.0, *value))));
    case ChartUnit::Seconds: return durationText(value);
    case ChartUnit::Money: return moneyText(value, currency);
    case ChartUnit::Rate: return *value >= 100 ? numberText(std::round(*value)) : numberText(value, 3);
    }
    return {};
}

} // namespace penstock::ui
