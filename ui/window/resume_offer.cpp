#include "ui/window/resume_offer.h"

#include "ui/format/figures.h"
#include "ui/window/banner.h"

#include <QDateTime>
#include <QLocale>
#include <QPointer>
#include <QSettings>

namespace penstock::ui {

namespace {

const QString dismissedKey = QStringLiteral("dismissed-cut-off-runs");
constexpr int mostDismissed = 200;

QString keyOf(const CutOffRun& run) { return QString::fromStdString(run.runId) + QLatin1Char('/') + QString::number(run.session); }

QString nameOf(const CutOffRun& run) {
    if (!run.label.name.empty()) return QString::fromStdString(run.label.name);
    const auto since = run.startedAt.time_since_epoch();
    const auto at = QDateTime::fromMSecsSinceEpoch(std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
    return ResumeOffer::tr("The run of %1 (%2)").arg(QLocale().toString(at, QLocale::ShortFormat), QString::fromStdString(run.workloadName));
}

} // namespace

ResumeOffer::ResumeOffer(RunSession& session, Banner& bar, QObject* parent)
    : QObject(parent)
    , session_(session)
    , bar_(bar) {
    connect(&bar_, &Banner::closed, this, [this] { forgetForGood(); });
    connect(&session_, &RunSession::phaseChanged, this, &ResumeOffer::show);
    connect(&session_, &RunSession::opened, this, [this] {
        const auto file = session_.file();
        // Found, by ours or by another way.
        std::erase_if(runs_, [&](const CutOffRun& run) { return QString::fromStdString(run.path) == file; });
        show();
        if (std::exchange(resuming_, QString()) != file) return;
        if (const auto resumed = session_.resume(); !resumed) Q_EMIT problem(QString::fromStdString(resumed.error().message));
    });
    connect(&session_, &RunSession::problem, this, [this] { resuming_.clear(); });
}

void ResumeOffer::look() {
    session_.archive().cutOff({session_.runsFolder().toStdString()}, [self = QPointer<ResumeOffer>(this)](Result<std::vector<CutOffRun>> runs) {
        if (self && runs) self->take(std::move(*runs));
    });
}

void ResumeOffer::take(std::vector<CutOffRun> runs) {
    const auto dismissed = QSettings().value(dismissedKey).toStringList();
    runs_.clear();
    for (auto& run : runs)
        if (!dismissed.contains(keyOf(run)) && QString::fromStdString(run.path) != session_.file()) runs_.push_back(std::move(run));
    show();
}

void ResumeOffer::show() {
    if (runs_.empty() || session_.live()) return bar_.dismiss();
    const auto& run = runs_.front();
    auto sentence = tr("%1 was cut off after %2 requests. Resume answers the rest into the same file.").arg(nameOf(run), countText(run.requests));
    if (runs_.size() > 1) sentence += tr(" (%1 more after this one.)").arg(countText(runs_.size() - 1));
    bar_.say(Banner::Kind::Note, sentence, {{tr("Resume"), [this, run] { resume(run); }}, {tr("Open"), [this, run] {
                                                 if (const auto opened = session_.open(QString::fromStdString(run.path)); !opened)
                                                     Q_EMIT problem(QString::fromStdString(opened.error().message));
                                             }}});
}

void ResumeOffer::resume(const CutOffRun& run) {
    resuming_ = QString::fromStdString(run.path);
    if (const auto opened = session_.open(resuming_); !opened) Q_EMIT problem(QString::fromStdString(opened.error().message));
}

void ResumeOffer::forgetForGood() {
    if (runs_.empty()) return;
    auto dismissed = QSettings().value(dismissedKey).toStringList();
    dismissed.prepend(keyOf(runs_.front()));
    QSettings().setValue(dismissedKey, dismissed.mid(0, mostDismissed));
    runs_.erase(runs_.begin());
    show();
}

} // namespace penstock::ui
