#include "ui/knobs/knob_steps.h"

#include <algorithm>
#include <cmath>

namespace penstock::ui {

namespace {

void addCounts(std::vector<double>& steps, double most) {
    for (double value = 1; value <= 16 && value <= most; ++value) steps.push_back(value);
    for (double octave = 16; octave < most; octave *= 2) {
        const int parts = octave < 64 ? 8 : 4;
        for (int part = 1; part <= parts; ++part) {
            const double value = octave + octave * part / parts;
            if (value < most) steps.push_back(value);
        }
    }
    if (steps.empty() || steps.back() < most) steps.push_back(most);
}

void addTimes(std::vector<double>& steps, double least, double most) {
    static constexpr double mantissas[] = {1, 1.5, 2, 2.5, 3, 4, 5, 6, 8};
    for (double decade = 0.001; decade < 10; decade *= 10)
        for (const double m : mantissas) steps.push_back(m * decade);
    for (const double s : {10, 12, 15, 20, 25, 30, 40, 45}) steps.push_back(s);
    for (const double m : {1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0, 20.0, 25.0, 30.0, 40.0, 45.0, 60.0})
        steps.push_back(m * 60);
    std::erase_if(steps, [&](double s) { return s < least * 0.999 || s > most * 1.001; });
    for (double& s : steps) s = std::round(s * 1e6) / 1e6; // decades by multiplication are not exact
}

void addMoney(std::vector<double>& steps, double most) {
    static constexpr double mantissas[] = {1, 1.2, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 8};
    steps.push_back(0);
    for (int decade = -2; std::pow(10, decade) < most; ++decade)
        for (const double m : mantissas) steps.push_back(std::round(m * std::pow(10, decade) * 1e4) / 1e4);
    steps.push_back(most);
}

} // namespace

std::vector<double> sliderSteps(const KnobInfo& knob) {
    std::vector<double> steps;
    if (knob.sliderMost <= 0) return steps;
    switch (knob.kind) {
    case KnobKind::Count:
        addCounts(steps, knob.sliderMost);
        std::erase_if(steps, [&](double value) { return value < knob.sliderLeast; });
        if (knob.sliderLeast == 0) steps.insert(steps.begin(), 0);
        break;
    case KnobKind::Bytes:
        for (double value = 64; value <= knob.sliderMost; value *= 2)
            if (value >= knob.sliderLeast) steps.push_back(value);
        break;
    case KnobKind::Duration: addTimes(steps, knob.sliderLeast, knob.sliderMost); break;
    case KnobKind::Money: addMoney(steps, knob.sliderMost); break;
    case KnobKind::Switch:
    case KnobKind::Choice:
    case KnobKind::Text: break;
    }
    return steps;
}

int nearestStep(const std::vector<double>& steps, double value) {
    const auto above = std::lower_bound(steps.begin(), steps.end(), value);
    if (above == steps.begin()) return 0;
    if (above == steps.end()) return static_cast<int>(steps.size()) - 1;
    const auto index = static_cast<int>(above - steps.begin());
    const double low = *(above - 1), high = *above;
    const bool nearerLow = low > 0 ? value / low < high / value : value - low < high - value;
    return nearerLow ? index - 1 : index;
}

double steppedValue(const KnobInfo& knob, const std::vector<double>& steps, double value, int by) {
    double result = value + by;
    const bool whole = knob.kind == KnobKind::Count && knob.sliderMost <= 1000;
    if (!whole && !steps.empty()) {
        const auto at = by > 0 ? std::upper_bound(steps.begin(), steps.end(), value) - steps.begin() + by - 1
                               : std::lower_bound(steps.begin(), steps.end(), value) - steps.begin() + by;
        const auto last = static_cast<std::ptrdiff_t>(steps.size()) - 1;
        // Beyond the slider's ends the value stays, rather than jumping back into the slider's range.
        if ((by > 0 && value >= steps.back()) || (by < 0 && value <= steps.front())) return value;
        result = steps[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(at, 0, last))];
    }
    return std::clamp(result, knob.least, knob.most);
}

} // namespace penstock::ui
