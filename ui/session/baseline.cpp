#include "ui/session/baseline.h"

#include <QCoreApplication>
#include <QSettings>
#include <QStringList>

#include <cmath>

namespace penstock::ui {

namespace {

constexpr int mostKept = 50;
const QString group = QStringLiteral("baselines");
const QString orderKey = QStringLiteral("newest");

/// Run ids are hex digits; one that is not might leave its place in the settings.
bool isRunId(const std::string& id) {
    return !id.empty() && id.size() <= 64 && id.find_first_not_of("0123456789abcdef") == std::string::npos;
}

struct Field {
    const char* name;
    std::optional<double> SegmentFigures::*member;
};
constexpr Field fields[] = {{"cost-per-success", &SegmentFigures::costPerSuccess},
                            {"successes-per-hour", &SegmentFigures::successesPerHour},
                            {"success-rate", &SegmentFigures::successRate},
                            {"new-connections-per-success", &SegmentFigures::newConnectionsPerSuccess},
                            {"upper-bound-per-hour", &SegmentFigures::upperBoundPerHour}};

std::optional<double> number(const QSettings& settings, const QString& key) {
    bool ok = false;
    const double value = settings.value(key).toString().toDouble(&ok);
    return ok && std::isfinite(value) && value >= 0 ? std::optional<double>(value) : std::nullopt;
}

void put(QSettings& settings, const QString& key, std::optional<double> value) {
    if (value) settings.setValue(key, QString::number(*value, 'g', 17));
    else settings.remove(key);
}

} // namespace

QString baselineName(const Baseline& baseline, const std::string& shownRunId) {
    const QString setting = QCoreApplication::translate("penstock::baseline", "cap %1, setting %2")
                                .arg(baseline.figures.knobs.maxConcurrency)
                                .arg(baseline.side.segment);
    if (baseline.runId == shownRunId) return setting;
    return QCoreApplication::translate("penstock::baseline", "run %1, %2").arg(QString::fromStdString(baseline.runId.substr(0, 8)), setting);
}

void keepBaseline(const std::string& runId, const Baseline& baseline) {
    if (!isRunId(runId) || !isRunId(baseline.runId)) return;
    QSettings settings;
    settings.beginGroup(group);
    const auto id = QString::fromStdString(runId);
    QStringList order = settings.value(orderKey).toStringList();
    order.removeAll(id);
    order.prepend(id);
    while (order.size() > mostKept) settings.remove(order.takeLast());
    settings.setValue(orderKey, order);
    settings.beginGroup(id);
    const auto& figures = baseline.figures;
    settings.setValue(QStringLiteral("run"), QString::fromStdString(baseline.runId));
    settings.setValue(QStringLiteral("file"), QString::fromStdString(baseline.side.path));
    settings.setValue(QStringLiteral("setting"), baseline.side.segment);
    settings.setValue(QStringLiteral("cap"), figures.knobs.maxConcurrency);
    settings.setValue(QStringLiteral("currency"), QString::fromStdString(figures.knobs.currency));
    for (const auto& [name, member] : fields) put(settings, QLatin1String(name), figures.*member);
    put(settings, QStringLiteral("ttft-p50"), figures.tFirstToken.p50);
    put(settings, QStringLiteral("ttft-p95"), figures.tFirstToken.p95);
    put(settings, QStringLiteral("gap-fraction"), figures.gapFraction);
    put(settings, QStringLiteral("window-seconds"), figures.windowSeconds);
    settings.setValue(QStringLiteral("successes"), static_cast<qulonglong>(figures.successes));
    settings.setValue(QStringLiteral("failures"), static_cast<qulonglong>(figures.failures));
    settings.setValue(QStringLiteral("retries"), static_cast<qulonglong>(figures.retries));
}

void forgetBaseline(const std::string& runId) {
    if (!isRunId(runId)) return;
    QSettings settings;
    settings.beginGroup(group);
    const auto id = QString::fromStdString(runId);
    QStringList order = settings.value(orderKey).toStringList();
    order.removeAll(id);
    settings.setValue(orderKey, order);
    settings.remove(id);
}

std::optional<Baseline> keptBaseline(const std::string& runId) {
    if (!isRunId(runId)) return std::nullopt;
    QSettings settings;
    settings.beginGroup(group);
    settings.beginGroup(QString::fromStdString(runId));
    Baseline out;
    out.runId = settings.value(QStringLiteral("run")).toString().toStdString();
    out.side.path = settings.value(QStringLiteral("file")).toString().left(4096).toStdString();
    out.side.segment = settings.value(QStringLiteral("setting")).toUInt();
    if (!isRunId(out.runId) || out.side.path.empty() || out.side.segment == 0) return std::nullopt;
    auto& figures = out.figures;
    figures.number = out.side.segment;
    figures.knobs.maxConcurrency = settings.value(QStringLiteral("cap")).toInt();
    figures.knobs.currency = settings.value(QStringLiteral("currency")).toString().left(16).toStdString();
    if (figures.knobs.maxConcurrency < 1) return std::nullopt;
    for (const auto& [name, member] : fields) figures.*member = number(settings, QLatin1String(name));
    figures.tFirstToken.p50 = number(settings, QStringLiteral("ttft-p50"));
    figures.tFirstToken.p95 = number(settings, QStringLiteral("ttft-p95"));
    figures.gapFraction = number(settings, QStringLiteral("gap-fraction")).value_or(0);
    figures.windowSeconds = number(settings, QStringLiteral("window-seconds")).value_or(0);
    figures.successes = settings.value(QStringLiteral("successes")).toULongLong();
    figures.failures = settings.value(QStringLiteral("failures")).toULongLong();
    figures.retries = settings.value(QStringLiteral("retries")).toULongLong();
    return out;
}

} // namespace penstock::ui
