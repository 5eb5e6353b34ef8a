#include "ui/figures/figure_text.h"

#include "engine/base/cost.h"
#include "ui/format/figures.h"

#include <QCoreApplication>

#include <cmath>

namespace penstock::ui {

namespace {

QString said(const char* text) { return QCoreApplication::translate("penstock::figures", text); }

/// The snapshot's figures in one scope, side by side whichever it is.
struct Figures {
    FigureScope scope = FigureScope::Run;
    std::string currency;
    std::optional<double> costPerHour; ///< nullopt: it changed in the run
    double windowSeconds = 0;
    std::uint64_t successes = 0, ended = 0, failures = 0, retries = 0;
    std::optional<double> costPerSuccess, successesPerHour, upperBound, successRate, gapFraction, newConnections, retriesPerRequest;
    double gapSeconds = 0;
    double pausedSeconds = 0; ///< within windowSeconds: of the run alone
    std::optional<Interval> interval;
    Percentiles firstToken;
};

const SegmentFigures* present(const Snapshot* snapshot) {
    return snapshot && snapshot->segments && !snapshot->segments->empty() ? &snapshot->segments->back() : nullptr;
}

Figures ofSetting(const SegmentFigures& s) {
    Figures f;
    f.scope = FigureScope::Setting;
    f.currency = s.knobs.currency;
    f.costPerHour = s.knobs.costPerHour;
    f.windowSeconds = s.windowSeconds;
    f.successes = s.successes;
    f.failures = s.failures;
    f.ended = s.ended;
    f.retries = s.retries;
    f.costPerSuccess = s.costPerSuccess;
    f.successesPerHour = s.successesPerHour;
    f.upperBound = s.upperBoundPerHour;
    f.successRate = s.successRate;
    f.gapSeconds = s.gapSeconds;
    f.gapFraction = s.gapFraction;
    f.newConnections = s.newConnectionsPerSuccess;
    f.interval = s.costInterval;
    f.firstToken = s.tFirstToken;
    f.retriesPerRequest = cost::perEach(f.retries, f.ended);
    return f;
}

Figures ofRun(const FigureInput& input) {
    const auto& s = *input.snapshot;
    Figures f;
    f.currency = s.currency.empty() ? input.knobs.currency : s.currency;
    f.costPerHour = input.knobs.costPerHour;
    if (s.segments)
        for (const auto& segment : *s.segments)
            if (!s.segments->empty() && segment.knobs.costPerHour != s.segments->front().knobs.costPerHour) f.costPerHour.reset();
    if (f.costPerHour && present(&s)) f.costPerHour = present(&s)->knobs.costPerHour;
    f.windowSeconds = s.elapsedSeconds;
    f.successes = s.successes;
    f.failures = s.failures;
    f.ended = s.ended;
    f.retries = s.retries;
    f.costPerSuccess = s.costPerSuccess;
    f.successesPerHour = s.successesPerHour;
    f.upperBound = s.upperBoundPerHour;
    f.successRate = cost::perEach(s.successes, f.ended);
    f.gapSeconds = s.gapSeconds;
    f.pausedSeconds = s.pausedSeconds;
    if (s.elapsedSeconds > 0) f.gapFraction = s.gapFraction;
    f.newConnections = cost::perEach(s.connectionsOpened, s.successes);
    f.firstToken = s.tFirstToken;
    f.retriesPerRequest = cost::perEach(f.retries, f.ended);
    return f;
}

QString row(const QString& name, const QString& value) {
    return QStringLiteral("<tr><td>%1&nbsp;&nbsp;</td><td align=right><b>%2</b></td></tr>").arg(name.toHtmlEscaped(), value.toHtmlEscaped());
}

QString hours(double seconds) { return numberText(seconds / 3600, 4) + QStringLiteral(" h"); }

/// Shares and small numbers, three significant digits, without an exponent.
QString plain(std::optional<double> value) {
    if (!value) return numberText(value);
    if (*value == 0) return QStringLiteral("0");
    const int decimals = std::clamp(2 - static_cast<int>(std::floor(std::log10(std::abs(*value)))), 0, 4);
    return QString::number(*value, 'f', decimals);
}

class Writer {
public:
    Writer(const FigureInput& input, Figure figure)
        : in_(input)
        , figure_(figure)
        , segment_(present(input.snapshot)) {
        scope_ = effectiveScope(input);
        if (input.snapshot) f_ = scope_ == FigureScope::Setting ? ofSetting(*segment_) : ofRun(input);
    }

    FigureText write() {
        out_.simulated = in_.snapshot && in_.snapshot->simulated;
        switch (figure_) {
        case Figure::CostPerSuccess: cost(); break;
        case Figure::SuccessesPerHour: perHour(); break;
        case Figure::SuccessRate: rate(); break;
        case Figure::FirstToken: firstToken(); break;
        case Figure::InFlight: inFlight(); break;
        case Figure::Gap: gap(); break;
        case Figure::NewConnections: connections(); break;
        case Figure::Retries: retries(); break;
        }
        finish();
        return std::move(out_);
    }

private:
    bool none() const { return !in_.snapshot; }

    void cost() {
        out_.title = said("Cost per success");
        formula_ = said("cost_per_success = C_hour / R_success, R_success = success_count / window_hours");
        out_.value = moneyText(f_.costPerSuccess, f_.currency);
        if (!none()) {
            input(said("C_hour"), f_.costPerHour ? moneyText(f_.costPerHour, f_.currency) : said("changed in the run"));
            input(said("success_count"), countText(f_.successes));
            input(said("window_hours"), hours(f_.windowSeconds));
            input(said("R_success"), f_.successesPerHour ? numberText(f_.successesPerHour) + said(" an hour") : numberText(std::nullopt));
        }
        if (!f_.costPerSuccess)
            missing_ = none()                                   ? said("nothing has run yet")
                       : f_.successes == 0                      ? said("no success yet")
                       : f_.costPerHour && *f_.costPerHour <= 0 ? said("cost-per-hour is 0: set what an hour of the capacity costs")
                                                                : said("no time has passed yet");
        if (f_.interval) {
            const QString range = said("%1 to %2").arg(moneyText(f_.interval->low, f_.currency), moneyText(f_.interval->high, f_.currency));
            input(said("95 % interval"), range);
            out_.caption = said("95 %: %1").arg(range);
        }
        compare(f_.costPerSuccess, in_.baseline && in_.baseline->currency == f_.currency ? in_.baseline->costPerSuccess : std::nullopt, false);
        if (change_ && in_.baseline) out_.caption = said("baseline %1").arg(moneyText(in_.baseline->costPerSuccess, in_.baseline->currency));
        if (in_.baseline && in_.snapshot && in_.baseline->currency != f_.currency)
            notes_ << said("The baseline is in %1, so it is not compared.").arg(QString::fromStdString(in_.baseline->currency));
        if (!in_.baseline && f_.costPerSuccess && out_.caption.isEmpty()) out_.caption = said("pin a baseline to compare");
        spokenValue_ = f_.costPerSuccess && f_.currency == "USD" ? said("%1 US dollars").arg(moneyText(f_.costPerSuccess, f_.currency).mid(1)) : QString();
    }

    void perHour() {
        out_.title = said("Successes / hour");
        formula_ = said("R_success = success_count / window_hours; upper bound = cap / E[t_in_flight] * 3600, E[t_in_flight] = slot time of all attempts / successes");
        out_.value = numberText(f_.successesPerHour);
        out_.caption = said("upper bound %1").arg(numberText(f_.upperBound));
        if (!none()) {
            input(said("success_count"), countText(f_.successes));
            input(said("window_hours"), hours(f_.windowSeconds));
            input(said("upper bound"), numberText(f_.upperBound));
            input(said("last %1").arg(durationText(in_.snapshot->window.seconds)), numberText(in_.snapshot->window.successesPerHour) + said(" an hour"));
        }
        if (!f_.successesPerHour) missing_ = none() ? said("nothing has run yet") : said("no time has passed yet");
        compare(f_.successesPerHour, in_.baseline ? in_.baseline->successesPerHour : std::nullopt, true);
    }

    void rate() {
        out_.title = said("Success rate");
        formula_ = scope_ == FigureScope::Setting ? said("successes / requests of this setting that ended: all but those that a person cancelled")
                                                  : said("successes / requests that ended: all but those that a person cancelled");
        out_.value = percentText(f_.successRate);
        // 99.96 % would read 100.0 %, which it is not.
        if (f_.successRate && *f_.successRate < 1 && *f_.successRate >= 0.9995) out_.value = said("> 99.9 %");
        out_.caption = none() ? QString() : said("%1 failed").arg(countText(f_.failures));
        if (!none()) {
            input(said("successes"), countText(f_.successes));
            input(said("failures"), countText(f_.failures));
            if (scope_ == FigureScope::Run) {
                input(said("cancelled"), countText(in_.snapshot->cancelled));
                input(said("shed"), countText(in_.snapshot->shed));
            }
        }
        if (!f_.successRate) missing_ = none() ? said("nothing has run yet") : said("no request has ended yet");
        compare(f_.successRate, in_.baseline ? in_.baseline->successRate : std::nullopt, true);
    }

    void firstToken() {
        out_.title = said("TTFT p50 / p95");
        formula_ = said("t_first_token: sent to the first event with generated content, of every attempt that got one");
        const auto p50 = f_.firstToken.p50, p95 = f_.firstToken.p95;
        // One unit for both, so that they are read at a glance.
        if (p50 && p95 && *p50 < 1 && *p95 < 1) out_.value = said("%1 / %2 ms").arg(std::llround(*p50 * 1000)).arg(std::llround(*p95 * 1000));
        else if (p50 && p95 && *p95 < 60) out_.value = said("%1 / %2 s").arg(*p50, 0, 'f', 2).arg(*p95, 0, 'f', 2);
        else out_.value = durationText(p50) + QStringLiteral(" / ") + durationText(p95);
        out_.caption = said("sent \u2192 first token");
        if (!none()) {
            input(said("p50"), durationText(p50));
            input(said("p95"), durationText(p95));
            input(said("p99"), durationText(f_.firstToken.p99));
            input(said("attempts measured"), countText(f_.firstToken.count));
        }
        if (!p95) missing_ = none() ? said("nothing has run yet") : said("no attempt has had a first token yet");
        compare(p95, in_.baseline ? in_.baseline->tFirstTokenP95 : std::nullopt, false, said("p95"));
    }

    void inFlight() {
        out_.title = said("In flight / cap");
        formula_ = said("in_flight: attempts that hold a permit, from admitted to released; cap: max-concurrency");
        now_ = true;
        if (none()) {
            out_.value = numberText(std::nullopt);
            missing_ = said("nothing has run yet");
            return;
        }
        const auto& s = *in_.snapshot;
        out_.value = QStringLiteral("%1 / %2").arg(s.inFlight).arg(s.cap);
        out_.caption = said("mean %1").arg(QString::number(s.inFlightMean, 'f', 2));
        input(said("in flight now"), QString::number(s.inFlight));
        input(said("cap now"), QString::number(s.cap));
        input(said("mean of the whole run, weighted by time"), QString::number(s.inFlightMean, 'f', 2));
        input(said("peak of the whole run"), QString::number(s.inFlightPeak));
        input(said("waiting in the queue"), countText(static_cast<std::uint64_t>(std::max(0, s.queueDepth))));
        input(said("backing off"), countText(static_cast<std::uint64_t>(std::max(0, s.backingOff))));
    }

    void gap() {
        out_.title = said("Idle gap");
        formula_ = said("gap: time with queue > 0 and in_flight < cap, integrated at every change, as a share of the window");
        out_.value = percentText(f_.gapFraction, f_.gapFraction && *f_.gapFraction < 0.1 ? 2 : 1);
        out_.caption = said("queue > 0, below cap");
        if (!none()) {
            input(said("gap"), durationText(f_.gapSeconds));
            input(said("window"), durationText(f_.windowSeconds));
            if (f_.pausedSeconds > 0) input(said("paused, no part of it"), durationText(f_.pausedSeconds));
        }
        if (!f_.gapFraction) missing_ = none() ? said("nothing has run yet") : said("no time has passed yet");
        compare(f_.gapFraction, in_.baseline ? in_.baseline->gapFraction : std::nullopt, false);
    }

    void connections() {
        out_.title = said("New conn / success");
        formula_ = said("new connections per success = connections opened / successes");
        out_.value = plain(f_.newConnections);
        if (!none()) {
            // The counts are the run's whatever the figure above them is of, and a setting's figure leaves out what was
            // opened while it settled.
            out_.caption = (scope_ == FigureScope::Setting ? said("run: %1 opened, %2 open") : said("%1 opened, %2 open"))
                               .arg(countText(in_.snapshot->connectionsOpened))
                               .arg(in_.snapshot->connectionsOpen);
            input(said("opened in the whole run"), countText(in_.snapshot->connectionsOpened));
            input(said("open now"), QString::number(in_.snapshot->connectionsOpen));
            input(said("successes"), countText(f_.successes));
        }
        if (!f_.newConnections) missing_ = none() ? said("nothing has run yet") : said("no success yet");
        compare(f_.newConnections, in_.baseline ? in_.baseline->newConnectionsPerSuccess : std::nullopt, false);
    }

    void retries() {
        out_.title = said("Retries");
        formula_ = said("retries / requests that ended; avoidable_cost = (tokens wasted on retries + on restarts) * price_per_token");
        out_.value = percentText(f_.retriesPerRequest);
        const auto avoidable = none() ? std::nullopt : in_.snapshot->avoidableCost;
        if (!none()) {
            out_.caption = avoidable ? said("avoidable %1").arg(moneyText(avoidable, f_.currency)) : said("%1 retries").arg(countText(f_.retries));
            input(said("retries"), countText(f_.retries));
            input(said("requests that ended"), countText(f_.ended));
            for (const auto& [cause, count] : in_.snapshot->retriesByCause)
                input(said("of the whole run, %1").arg(QString::fromStdString(cause)), countText(count));
            input(said("tokens wasted in the whole run"), countText(static_cast<std::uint64_t>(std::max<std::int64_t>(0, in_.snapshot->wastedTokens))));
            input(said("avoidable cost of the whole run"), moneyText(avoidable, f_.currency));
            if (!avoidable) notes_ << said("Avoidable cost has no value: no price per token is set.");
        }
        if (!f_.retriesPerRequest) missing_ = none() ? said("nothing has run yet") : said("no request has ended yet");
        compare(f_.retriesPerRequest, in_.baseline ? in_.baseline->retriesPerRequest : std::nullopt, false);
    }

    void input(const QString& name, const QString& value) { inputs_ += row(name, value); }

    void compare(std::optional<double> value, std::optional<double> baseline, bool moreIsBetter, const QString& of = {}) {
        change_ = cost::changeAgainst(value, baseline);
        if (!change_) return;
        const double percent = std::abs(*change_) * 100;
        const QString figure = QString::number(percent, 'f', percent < 10 ? 1 : 0);
        const bool same = percent < 0.05, more = *change_ > 0;
        words_ = same ? said("same as the baseline") : (more ? said("%1 % above baseline") : said("%1 % below baseline")).arg(figure);
        if (!of.isEmpty()) words_ = of + QLatin1Char(' ') + words_;
        if (figure_ != Figure::CostPerSuccess) return;
        out_.change = (same ? said("= baseline") : (more ? said("\u25b2 %1 % above") : said("\u25bc %1 % below")).arg(figure));
        out_.tone = same ? ColorRole::TextMuted : more == moreIsBetter ? ColorRole::Good : ColorRole::Bad;
    }

    void finish() {
        const bool large = figure_ == Figure::CostPerSuccess;
        QString scope;
        if (now_) {
            out_.badge = none() ? QString() : said("now");
            scope = said("Of this moment, except where the whole run is named.");
        } else if (scope_ == FigureScope::Setting) {
            out_.badge = large ? said("setting #%1").arg(segment_->number) : QStringLiteral("#%1").arg(segment_->number);
            scope = said("Of this setting, #%1 (%2), for %3.")
                        .arg(segment_->number)
                        .arg(QString::fromStdString(segment_->change), durationText(segment_->windowSeconds));
        } else if (!none()) {
            const bool settling = in_.wanted == FigureScope::Setting && segment_ && segment_->windowSeconds <= 0 && segment_->number > 1;
            out_.badge = !large ? said("run") : settling ? said("whole run, #%1 settles").arg(segment_->number) : said("whole run");
            scope = said("Of the whole run.");
            if (in_.wanted == FigureScope::Setting && segment_)
                scope += QLatin1Char(' ')
                       + (segment_->windowSeconds <= 0 ? said("Setting #%1 is still settling: streams of the one before are ending.").arg(segment_->number)
                                                       : said("Setting #%1 has no success yet.").arg(segment_->number));
        }
        QString tip = QStringLiteral("<p><b>%1</b></p><p>%2</p>").arg(out_.title.toHtmlEscaped(), formula_.toHtmlEscaped());
        if (!missing_.isEmpty()) tip += QStringLiteral("<p>%1</p>").arg(said("No figure: %1.").arg(missing_).toHtmlEscaped());
        if (!inputs_.isEmpty()) tip += QStringLiteral("<table>%1</table>").arg(inputs_);
        if (!words_.isEmpty() && in_.baseline)
            tip += QStringLiteral("<p>%1</p>").arg(said("%1 (%2).").arg(words_, in_.baseline->name).toHtmlEscaped());
        for (const auto& note : notes_) tip += QStringLiteral("<p>%1</p>").arg(note.toHtmlEscaped());
        if (!scope.isEmpty()) tip += QStringLiteral("<p>%1</p>").arg(scope.toHtmlEscaped());
        if (out_.simulated) tip += QStringLiteral("<p>%1</p>").arg(said("Of a simulated endpoint.").toHtmlEscaped());
        if (segment_ && !now_)
            tip += QStringLiteral("<p>%1</p>").arg((in_.wanted == FigureScope::Setting ? said("Click for the whole run.") : said("Click for the present setting.")).toHtmlEscaped());
        out_.tip = tip;

        QStringList spoken{out_.title};
        spoken << (!missing_.isEmpty() ? said("no figure: %1").arg(missing_) : spokenValue_.isEmpty() ? out_.value : spokenValue_);
        if (!words_.isEmpty()) spoken << words_;
        else if (!out_.caption.isEmpty() && missing_.isEmpty()) spoken << out_.caption;
        if (out_.simulated) spoken << said("simulated");
        out_.spoken = spoken.join(QStringLiteral(", "));
        if (!missing_.isEmpty()) out_.caption = missing_;
    }

    const FigureInput& in_;
    Figure figure_;
    const SegmentFigures* segment_;
    FigureScope scope_ = FigureScope::Run;
    Figures f_;
    FigureText out_;
    QString formula_, inputs_, missing_, words_, spokenValue_;
    QStringList notes_;
    std::optional<double> change_;
    bool now_ = false;
};

} // namespace

FigureScope effectiveScope(const FigureInput& input) {
    const auto* segment = present(input.snapshot);
    // A run that is over and had one setting: the cards say what its record says.
    const auto over = [&] { return input.snapshot->state == RunState::Finished || input.snapshot->state == RunState::Failed; };
    if (segment && over() && input.snapshot->segments->size() == 1) return FigureScope::Run;
    return input.wanted == FigureScope::Setting && segment && segment->successes > 0 && segment->windowSeconds > 0 ? FigureScope::Setting
                                                                                                                : FigureScope::Run;
}

FigureText figureText(Figure figure, const FigureInput& input) { return Writer(input, figure).write(); }

std::array<FigureText, figureCount> figureTexts(const FigureInput& input) {
    std::array<FigureText, figureCount> texts;
    for (std::size_t at = 0; at < figureCount; ++at) texts[at] = figureText(static_cast<Figure>(at), input);
    return texts;
}

} // namespace penstock::ui
