#include "ui/charts/chart_specs.h"

#include <QCoreApplication>

#include <algorithm>

namespace penstock::ui {

namespace {

using Style = SeriesSpec::Style;
using Value = std::optional<double>;

QString tr(const char* text) { return QCoreApplication::translate("ConsoleCharts", text); }

SeriesSpec line(const QString& name, ColorRole color, SnapshotHistory::Value value, Style style = Style::Line) {
    SeriesSpec out;
    out.name = name;
    out.color = color;
    out.value = std::move(value);
    out.style = style;
    return out;
}

SeriesSpec limit(const QString& name, SnapshotHistory::Value value) {
    auto out = line(name, ColorRole::TextMuted, std::move(value), Style::Step);
    out.limit = true;
    out.dash = Qt::DashLine;
    out.width = 1.4;
    return out;
}

struct Cause {
    const char* code; ///< as in summary.json's retries_by_cause
    const char* meaning;
    ColorRole color;
};

/// Neighbours in a stack differ in colour and, by their place, in pattern.
constexpr Cause causes[] = {
    {"429", QT_TRANSLATE_NOOP("ConsoleCharts", "too many requests"), ColorRole::Vermilion},
    {"529", QT_TRANSLATE_NOOP("ConsoleCharts", "overloaded"), ColorRole::Orange},
    {"503", QT_TRANSLATE_NOOP("ConsoleCharts", "unavailable"), ColorRole::Yellow},
    {"5xx", QT_TRANSLATE_NOOP("ConsoleCharts", "other server errors"), ColorRole::Pink},
    {"network", QT_TRANSLATE_NOOP("ConsoleCharts", "connection lost"), ColorRole::Blue},
    {"stale_connection", QT_TRANSLATE_NOOP("ConsoleCharts", "the server had closed a kept connection"), ColorRole::Green},
    {"refused_stream", QT_TRANSLATE_NOOP("ConsoleCharts", "HTTP/2 stream refused"), ColorRole::Grey},
    {"connect_timeout", QT_TRANSLATE_NOOP("ConsoleCharts", "no connection in time"), ColorRole::Purple},
    {"first_token_timeout", QT_TRANSLATE_NOOP("ConsoleCharts", "no first token in time"), ColorRole::Pink},
    {"idle_timeout", QT_TRANSLATE_NOOP("ConsoleCharts", "the stream stalled"), ColorRole::Blue},
    {"attempt_timeout", QT_TRANSLATE_NOOP("ConsoleCharts", "the attempt took too long"), ColorRole::Orange},
    {"stream_error", QT_TRANSLATE_NOOP("ConsoleCharts", "an error within the stream"), ColorRole::Vermilion},
    {"cut_stream", QT_TRANSLATE_NOOP("ConsoleCharts", "the stream ended early"), ColorRole::Green},
    {"restart", QT_TRANSLATE_NOOP("ConsoleCharts", "the program was started anew"), ColorRole::Purple},
};

bool known(const std::string& code) {
    return std::any_of(std::begin(causes), std::end(causes), [&](const Cause& cause) { return code == cause.code; });
}

SeriesSpec bars(const Cause& cause) {
    auto out = line(QString::fromLatin1(cause.code), cause.color,
                    [code = std::string(cause.code)](const Snapshot& s) {
                        const auto found = s.retriesByCause.find(code);
                        return Value(found == s.retriesByCause.end() ? 0.0 : static_cast<double>(found->second));
                    },
                    Style::Bars);
    out.meaning = tr(cause.meaning);
    return out;
}

/// A run file of a later version may know more causes: none is left out of the sum.
SeriesSpec otherCauses() {
    return line(tr("other"), ColorRole::Grey,
                [](const Snapshot& s) {
                    std::uint64_t sum = 0;
                    for (const auto& [code, count] : s.retriesByCause)
                        if (!known(code)) sum += count;
                    return Value(static_cast<double>(sum));
                },
                Style::Bars);
}

ChartSpec inFlight() {
    ChartSpec out;
    out.id = QStringLiteral("in_flight");
    out.title = tr("In flight");
    out.tip = tr("in_flight: attempts that hold a permit, admitted and not yet released; what the server sees as concurrent requests");
    out.emptyText = tr("Requests in flight against the cap");
    out.quietText = tr("Nothing in flight");
    out.series = {line(tr("in flight"), ColorRole::Blue, [](const Snapshot& s) { return Value(s.inFlight); }, Style::StepArea),
                  limit(tr("cap"), [](const Snapshot& s) { return Value(s.cap); })};
    return out;
}

ChartSpec queueDepth() {
    ChartSpec out;
    out.id = QStringLiteral("queue_depth");
    out.title = tr("Queue depth");
    out.tip = tr("Requests that wait for a slot. No queue is not a goal if it causes retries");
    out.emptyText = tr("Requests that wait for a slot");
    out.quietText = tr("Nothing waits");
    out.series = {line(tr("queued"), ColorRole::Orange, [](const Snapshot& s) { return Value(s.queueDepth); }, Style::StepArea),
                  limit(tr("capacity"), [](const Snapshot& s) { return Value(s.queueCapacity); })};
    return out;
}

ChartSpec firstToken() {
    ChartSpec out;
    out.id = QStringLiteral("time_to_first_token");
    out.title = tr("Time to first token");
    out.tip = tr("t_first_token: sent to the first event that carries generated content, over the last 10 seconds (or as long as 20 successes take)");
    out.emptyText = tr("How long the first token takes");
    out.quietText = tr("No first token yet");
    out.unit = ChartUnit::Seconds;
    out.ofWindow = true;
    auto p50 = line(tr("p50"), ColorRole::Pink, [](const Snapshot& s) { return s.window.tFirstToken.p50; });
    auto p95 = line(tr("p95"), ColorRole::Purple, [](const Snapshot& s) { return s.window.tFirstToken.p95; });
    auto p99 = line(tr("p99"), ColorRole::Grey, [](const Snapshot& s) { return s.window.tFirstToken.p99; });
    p95.width = 2.4;
    p99.dash = Qt::DotLine;
    out.series = {p50, p95, p99};
    return out;
}

ChartSpec retries() {
    ChartSpec out;
    out.id = QStringLiteral("retries_by_cause");
    out.title = tr("Retries by cause");
    out.tip = tr("Attempts with a number above 1, by the cause of the attempt before");
    out.emptyText = tr("Retries, stacked by cause");
    out.quietText = tr("No retries");
    for (const auto& cause : causes) out.series.push_back(bars(cause));
    out.series.push_back(otherCauses());
    return out;
}

ChartSpec cost() {
    ChartSpec out;
    out.id = QStringLiteral("cost_per_success");
    out.title = tr("Cost per success");
    out.tip = tr("cost_per_success = C_hour / R_success: of the last 10 seconds (or as long as 20 successes take), and of the run so far");
    out.emptyText = tr("What a successful completion costs");
    out.quietText = tr("No success yet, or no price of the hour");
    out.unit = ChartUnit::Money;
    // Until then the hour's price is shared by the one or two successes that came first.
    out.scales = [](const Snapshot& s) { return s.successes >= 5 && s.elapsedSeconds >= 2; };
    auto window = line(tr("last 10 s"), ColorRole::Green, [](const Snapshot& s) { return s.window.costPerSuccess; });
    window.width = 2.4;
    window.ofWindow = true;
    auto run = line(tr("whole run"), ColorRole::Blue, [](const Snapshot& s) { return s.costPerSuccess; });
    run.width = 1.4;
    run.dash = Qt::DashDotLine;
    out.series = {window, run};
    return out;
}

ChartSpec throughput() {
    ChartSpec out;
    out.id = QStringLiteral("throughput");
    out.title = tr("Throughput");
    out.tip = tr("Successes a minute (left) and output tokens of successes a second (right), of the last 10 seconds or as long as 20 successes take");
    out.emptyText = tr("Successes a minute and tokens a second");
    out.quietText = tr("No success yet");
    out.unit = ChartUnit::Rate;
    out.rightUnit = ChartUnit::Rate;
    out.ofWindow = true;
    out.unitText = tr("successes/min");
    out.rightUnitText = tr("tokens/s");
    auto successes = line(
        tr("successes/min"), ColorRole::Green,
        [](const Snapshot& s) { return s.window.successesPerHour ? Value(*s.window.successesPerHour / 60) : std::nullopt; }, Style::Area);
    auto tokens = line(tr("tokens/s"), ColorRole::Blue, [](const Snapshot& s) { return s.window.outputTokensPerSecond; });
    tokens.rightAxis = true;
    tokens.dash = Qt::DashLine;
    out.series = {successes, tokens};
    return out;
}

} // namespace

std::vector<ChartSpec> consoleCharts() {
    std::vector<ChartSpec> out;
    out.push_back(inFlight());
    out.push_back(queueDepth());
    out.push_back(firstToken());
    out.push_back(retries());
    out.push_back(cost());
    out.push_back(throughput());
    return out;
}

} // namespace penstock::ui
