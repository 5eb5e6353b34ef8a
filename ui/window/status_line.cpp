#include "ui/window/status_line.h"

#include "ui/format/elided_label.h"
#include "ui/format/figures.h"

#include <QDir>
#include <QLabel>

namespace penstock::ui {

namespace {

constexpr double eventsWindow = 10; // seconds

QString folded(const QString& path) {
    const QString home = QDir::homePath();
    return path.startsWith(home + QLatin1Char('/')) ? QLatin1Char('~') + path.mid(home.size()) : path;
}

} // namespace

StatusLine::StatusLine(const RunSession& session, const FrameMeter& frames, QWidget* parent)
    : QStatusBar(parent)
    , session_(session)
    , frames_(frames) {
    setSizeGripEnabled(false);
    setAccessibleName(tr("Status"));
    const auto add = [this](const QString& widest, const QString& tip, bool right = false) {
        QLabel* label = right ? new ElidedLabel(Qt::ElideMiddle) : new QLabel;
        label->setProperty("muted", true);
        label->setTextFormat(Qt::PlainText);
        label->setToolTip(tip);
        label->setContentsMargins(8, 2, 8, 2);
        // Figures that change ten times a second: nothing beside them may move.
        if (!right) label->setFixedWidth(label->fontMetrics().horizontalAdvance(widest) + 20);
        right ? addPermanentWidget(label, 1) : addWidget(label);
        return label;
    };
    events_ = add(tr("%1 events/s").arg(QStringLiteral("000,000")), tr("Content events of streams that ended, a second, over the last ten seconds"));
    engine_ = add(tr("engine %1 of a core, longest turn %2").arg(QStringLiteral("100 %"), QStringLiteral("00.000 ms")), tr("The engine thread's share of one core, and in the last second, and the longest turn of its event loop in the last 10 s: as long was nothing read or sent"));
    frame_ = add(tr("frame %1 p95").arg(QStringLiteral("00.0 ms")), tr("95 of 100 frames of this window took no longer than this, from taking a snapshot to having painted it"));
    skipped_ = add(tr("snapshots skipped %1").arg(QStringLiteral("0000")), tr("Snapshots of this run that the window had no time for: the newest is always shown"));
    file_ = add({}, tr("Where the run is recorded"), true);
    refresh();
}

void StatusLine::refresh() {
    const auto snapshot = session_.snapshot();
    const bool live = session_.live() && snapshot;
    if (live) {
        if (runId_ != QString::fromStdString(snapshot->runId)) {
            runId_ = QString::fromStdString(snapshot->runId);
            sequence_ = snapshot->sequence;
            skippedCount_ = 0;
        }
        if (snapshot->sequence > sequence_ + 1) skippedCount_ += snapshot->sequence - sequence_ - 1;
        sequence_ = std::max(sequence_, snapshot->sequence);
        const auto to = snapshot->elapsedSeconds;
        const auto grown = session_.history().growth([](const Snapshot& s) { return std::optional<double>(static_cast<double>(s.contentEvents)); },
                                                     std::max(0.0, to - eventsWindow), to, 1);
        std::optional<double> rate;
        if (!grown.empty() && grown.back().value && to > 0) rate = *grown.back().value / std::min(to, eventsWindow);
        events_->setText(tr("%1 events/s").arg(rate ? countText(static_cast<std::uint64_t>(std::llround(*rate))) : numberText(std::nullopt)));
        engine_->setText(tr("engine %1 of a core, longest turn %2").arg(percentText(snapshot->engineLoad), durationText(snapshot->longestTurnSeconds)));
    } else {
        events_->setText(tr("engine at rest"));
        engine_->setText(QString());
    }
    const auto p95 = frames_.p95();
    frame_->setText(tr("frame %1 p95").arg(p95 ? durationText(std::chrono::duration<double>(*p95).count()) : numberText(std::nullopt)));
    skipped_->setText(tr("snapshots skipped %1").arg(skippedCount_));
    if (session_.file().isEmpty() || session_.phase() == RunSession::Phase::Starting) file_->setText(QString());
    else file_->setText((session_.live() ? tr("recording %1") : tr("recorded in %1")).arg(folded(session_.file())));
}

} // namespace penstock::ui
