#include "ui/charts/chart_specs.h"

#include <QCoreApplication>

#include <initializer_list>

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

SeriesSpec cause(const QString& name, ColorRole color, std::initializer_list<const char*> words) {
    return line(
        name, color,
        [words = std::vector<std::string>(words.begin(), words.end())](const Snapshot& s) {
            std::uint64_t sum = 0;
            for (const auto& word : words)
                if (const auto found = s.retriesByCause.find(word); found != s.retriesByCause.end()) sum += found->second;
            return Value(static_cast<double>(sum));
        },
        Style::Bars);
}

ChartSpec inFlight() {
    ChartSpec out;
    out.id = QStringLiteral("in_flight");
    out.title = tr("In flight");
    out.tip = tr("in_flight: attempts that hold a permit, admitted and not yet released; what the server sees as concurrent requests");
    out.emptyText = tr("Requests in flight against the cap: press Start");
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
    out.emptyText = tr("Requests that wait for a slot, against the queue's capacity: press Start");
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
    out.emptyText = tr("How long the first token takes: press Start");
    out.quietText = tr("No first token yet");
    out.unit = ChartUnit::Seconds;
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
    out.emptyText = tr("Retries, stacked by cause: press Start");
    out.quietText = tr("No retries");
    out.series = {cause(tr("429"), ColorRole::Vermilion, {"429", "529"}), cause(tr("5xx"), ColorRole::Yellow, {"5xx", "503"}),
                  cause(tr("network"), ColorRole::Blue, {"network", "stale_connection", "refused_stream", "restart"}),
                  cause(tr("timeouts"), ColorRole::Purple, {"connect_timeout", "first_token_timeout", "idle_timeout", "attempt_timeout"}),
                  cause(tr("stream"), ColorRole::Green, {"stream_error", "cut_stream"})};
    return out;
}

ChartSpec cost() {
    ChartSpec out;
    out.id = QStringLiteral("cost_per_success");
    out.title = tr("Cost per success");
    out.tip = tr("cost_per_success = C_hour / R_success: of the last 10 seconds (or as long as 20 successes take), and of the run so far");
    out.emptyText = tr("What a successful completion costs: press Start");
    out.quietText = tr("No success yet, or no price of the hour");
    out.unit = ChartUnit::Money;
    auto window = line(tr("now"), ColorRole::Green, [](const Snapshot& s) { return s.window.costPerSuccess; });
    window.width = 2.4;
    auto run = line(tr("whole run"), ColorRole::Blue, [](const Snapshot& s) { return s.costPerSuccess; });
    run.width = 1.5;
    out.series = {window, run};
    return out;
}

ChartSpec throughput() {
    ChartSpec out;
    out.id = QStringLiteral("throughput");
    out.title = tr("Throughput");
    out.tip = tr("Successes a minute (left) and output tokens of successes a second (right), of the last 10 seconds or as long as 20 successes take");
    out.emptyText = tr("Successes a minute and tokens a second: press Start");
    out.quietText = tr("No success yet");
    out.unit = ChartUnit::Rate;
    out.rightUnit = ChartUnit::Rate;
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
