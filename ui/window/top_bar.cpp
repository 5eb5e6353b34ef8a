#include "ui/window/top_bar.h"

#include "engine/base/progress.h"
#include "ui/format/figures.h"
#include "ui/theme/theme.h"
#include "ui/format/elided_label.h"
#include "ui/window/health_dot.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QToolButton>

namespace penstock::ui {

namespace {

/// A label whose text changes ten times a second must not move what stands beside it: it keeps the room of `widest`.
void keepRoom(QLabel* label, const QString& widest, Qt::Alignment alignment) {
    label->setFixedWidth(label->fontMetrics().horizontalAdvance(widest) + 4);
    label->setAlignment(alignment | Qt::AlignVCenter);
}

QLabel* muted(QLabel* label) {
    label->setProperty("muted", true);
    label->setTextFormat(Qt::PlainText);
    return label;
}

/// A button that looks like a card and holds labels.
QToolButton* chip(QAction* action, const QString& name) {
    auto* button = new QToolButton;
    button->setMinimumHeight(40);
    button->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    button->setAccessibleName(name);
    button->setToolTip(action->toolTip());
    QObject::connect(button, &QToolButton::clicked, action, &QAction::trigger);
    return button;
}

QToolButton* push(QAction* action, bool primary) {
    auto* button = new QToolButton;
    button->setDefaultAction(action);
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    button->setMinimumHeight(34);
    button->setMinimumWidth(primary ? 84 : 64);
    button->setProperty("primary", primary);
    return button;
}

bool overTls(const Target& target) { return target.baseUrl.rfind("https", 0) == 0; }

/// What connections were asked to speak, before one exists.
QString chosenProtocol(const Target& target) {
    switch (target.http) {
    case HttpMode::Auto: return overTls(target) ? QObject::tr("asks for HTTP/2, else HTTP/1.1, TLS") : QObject::tr("asks for HTTP/1.1");
    case HttpMode::Http11: return overTls(target) ? QObject::tr("asks for HTTP/1.1, TLS") : QObject::tr("asks for HTTP/1.1");
    case HttpMode::Http2: return QObject::tr("asks for HTTP/2, TLS");
    case HttpMode::H2c: return QObject::tr("asks for h2c");
    }
    return {};
}

/// What they came to speak.
QString negotiatedProtocol(const Target& target, const Snapshot& snapshot) {
    if (!overTls(target)) return snapshot.httpVersion == "2" ? QStringLiteral("h2c") : QStringLiteral("HTTP/") + QString::fromStdString(snapshot.httpVersion);
    QString words = QStringLiteral("HTTP/") + QString::fromStdString(snapshot.httpVersion);
    if (!snapshot.tlsVersion.empty()) words += QStringLiteral(" \u00b7 ") + QString::fromStdString(snapshot.tlsVersion);
    return words;
}

} // namespace

TopBar::TopBar(RunSession& session, const Actions& actions, QWidget* parent)
    : QWidget(parent)
    , session_(session) {
    const Theme& theme = Theme::instance();

    target_ = chip(actions.target, tr("Target"));
    targetTip_ = actions.target->toolTip();
    health_ = new HealthDot;
    targetName_ = new ElidedLabel(Qt::ElideMiddle); // of an address the port tells it apart
    targetName_->setFont(theme.font(FontRole::Strong));
    targetDetail_ = new ElidedLabel;
    muted(targetDetail_);
    auto* targetRow = new QHBoxLayout(target_);
    targetRow->setContentsMargins(12, 4, 12, 4);
    targetRow->addWidget(health_);
    // The name has the first claim; what is beside it takes what is left.
    targetName_->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    targetDetail_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    targetRow->addWidget(targetName_);
    targetRow->addWidget(targetDetail_, 1);

    workload_ = chip(actions.workload, tr("Workload"));
    workload_->setMinimumWidth(200);
    target_->setMinimumWidth(190);
    workloadName_ = new ElidedLabel(Qt::ElideMiddle);
    workloadName_->setFont(theme.font(FontRole::Strong));
    count_ = muted(new QLabel);
    left_ = muted(new QLabel);
    keepRoom(count_, tr("%1 answered").arg(QStringLiteral("0,000,000")), Qt::AlignRight);
    keepRoom(left_, tr("loops until stopped") + QLatin1Char(' '), Qt::AlignRight);
    progress_ = new QProgressBar;
    progress_->setTextVisible(false);
    progress_->setAccessibleName(tr("Progress of the workload"));
    auto* above = new QHBoxLayout;
    above->addWidget(workloadName_, 1);
    above->addSpacing(8);
    above->addWidget(count_);
    above->addSpacing(8);
    above->addWidget(left_);
    auto* workloadColumn = new QVBoxLayout(workload_);
    workloadColumn->setContentsMargins(12, 5, 12, 6);
    workloadColumn->setSpacing(3);
    workloadColumn->addLayout(above);
    workloadColumn->addWidget(progress_);

    for (QLabel* label : {static_cast<QLabel*>(targetName_), static_cast<QLabel*>(targetDetail_), static_cast<QLabel*>(workloadName_), count_, left_})
        label->setAttribute(Qt::WA_TransparentForMouseEvents);
    health_->setAttribute(Qt::WA_TransparentForMouseEvents);
    progress_->setAttribute(Qt::WA_TransparentForMouseEvents);

    run_ = muted(new QLabel);
    run_->setAccessibleName(tr("Elapsed time and run"));
    keepRoom(run_, tr("elapsed %1").arg(QStringLiteral("0:00:00")) + QStringLiteral(" \u00b7 ") + tr("run %1").arg(QStringLiteral("00000000")), Qt::AlignRight);
    simulated_ = new QLabel(tr("simulated"));
    simulated_->setToolTip(tr("The endpoint is a simulation built into Penstock: its figures show how the console works, not what a GPU does"));

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 6, 12, 6);
    row->setSpacing(8);
    row->addWidget(target_, 2);
    row->addWidget(workload_, 3);
    row->addWidget(push(actions.startOrPause, true));
    row->addWidget(push(actions.stop, false));
    row->addWidget(push(actions.pin, false));
    row->addStretch(1);
    row->addWidget(run_);
    row->addWidget(simulated_);
    refresh();
}

void TopBar::refresh() {
    showTarget();
    showWorkload();
    showRun();
}

void TopBar::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    showRoom();
}

void TopBar::tellTarget(const QString& detail) {
    targetDetail_->setText(detail);
    // The button itself is what assistive tools and the pointer find; its labels may be cut short.
    const QString whole = targetName_->text() + QStringLiteral(" \u00b7 ") + detail;
    if (target_->accessibleDescription() == whole) return;
    target_->setAccessibleDescription(whole);
    target_->setToolTip(whole + QLatin1Char('\n') + targetTip_);
}

void TopBar::showTarget() {
    const RunSetup& shown = session_.shownSetup();
    const Target& target = shown.target;
    targetName_->setText(shown.targetName);
    const QString next = session_.nextAsksAnother() ? tr("next run: %1").arg(session_.setup().targetName) : QString();
    if (session_.phase() == RunSession::Phase::Viewing) {
        QStringList parts{tr("recorded run")};
        if (!next.isEmpty()) parts << next;
        if (!target.model.empty()) parts << QString::fromStdString(target.model);
        tellTarget(parts.join(QStringLiteral(" \u00b7 ")));
        health_->setState(HealthDot::State::Unknown, tr("this is a recorded run: nobody is asked"));
        return;
    }
    QStringList parts;
    if (!target.model.empty()) parts << QString::fromStdString(target.model);
    const auto snapshot = session_.snapshotIsOfTarget() ? session_.snapshot() : nullptr;
    parts << QStringLiteral("chat") << (snapshot && !snapshot->httpVersion.empty() ? negotiatedProtocol(target, *snapshot) : chosenProtocol(target));
    if (shown.keyAwaited) parts << tr("key not read yet");
    if (!next.isEmpty()) parts.prepend(next); // the end may be cut short
    tellTarget(parts.join(QStringLiteral(" \u00b7 ")));
    if (snapshot && snapshot->keyRefusals > 0) health_->setState(HealthDot::State::Bad, tr("it refuses the key"));
    else if (session_.live() && snapshot && snapshot->window.successes > 0) health_->setState(HealthDot::State::Good, tr("it answers"));
    else if (session_.live() && snapshot && snapshot->failures > 0 && snapshot->successes == 0)
        health_->setState(HealthDot::State::Bad, tr("no request has succeeded yet"));
    else if (session_.end() && session_.end()->kind == RunEnd::Kind::NoTarget)
        health_->setState(HealthDot::State::Bad, QString::fromStdString(session_.end()->message));
    else if (snapshot && snapshot->successes > 0) health_->setState(HealthDot::State::Good, tr("it answered in the last run"));
    else health_->setState(HealthDot::State::Unknown, tr("not asked yet"));
}

void TopBar::showWorkload() {
    using Phase = RunSession::Phase;
    const auto phase = session_.phase();
    const RunSetup& shown = session_.shownSetup();
    workloadName_->setText(shown.workloadName);
    const bool over = phase == Phase::Ended || phase == Phase::Viewing;
    const bool endless = shown.workload.repeat == 0;
    const auto answered = session_.answered();
    const auto total = endless ? std::nullopt : session_.workloadTotal();
    if (phase == Phase::Starting) count_->setText(tr("checking"));
    else if (total) count_->setText(QStringLiteral("%1 / %2").arg(countText(answered), countText(*total)));
    else if (answered > 0) count_->setText(tr("%1 answered").arg(countText(answered)));
    else count_->setText(QString());
    QString left;
    if (phase == Phase::Paused) left = tr("paused");
    else if (phase == Phase::Stopping) left = tr("stopping");
    else if (endless && !over) left = tr("loops until stopped");
    else if (const auto snapshot = session_.sessionSnapshot())
        if (const auto seconds = secondsLeft(*snapshot)) left = tr("%1 left").arg(*seconds < 60 ? tr("%1 s").arg(std::lround(*seconds)) : durationText(*seconds));
    left_->setText(left);
    // A workload without an end, or of a length that nobody knows, has no progress: a bar that runs to and fro would say that
    // something is awaited, and an empty or a full one would be a claim.
    progress_->setVisible(!endless && (total || !over));
    progress_->setRange(0, 1000);
    progress_->setValue(total && *total > 0 ? static_cast<int>(1000.0 * static_cast<double>(answered) / static_cast<double>(*total)) : 0);
    showRoom();
}

/// What matters least goes first where there is no room; that nothing is admitted stays.
void TopBar::showRoom() {
    const auto phase = session_.phase();
    run_->setVisible(width() >= 1180);
    left_->setVisible(width() >= 1080 || phase == RunSession::Phase::Paused || phase == RunSession::Phase::Stopping);
}

void TopBar::showRun() {
    const auto snapshot = session_.snapshot();
    QStringList parts;
    if (snapshot && snapshot->elapsedSeconds > 0) parts << tr("elapsed %1").arg(clockText(snapshot->elapsedSeconds));
    if (snapshot && !snapshot->runId.empty()) parts << tr("run %1").arg(QString::fromStdString(snapshot->runId.substr(0, 8)));
    run_->setText(parts.join(QStringLiteral(" \u00b7 ")));
    simulated_->setVisible(session_.simulated());
    const QColor warn = Theme::instance().color(ColorRole::Warn);
    if (simulated_->palette().color(QPalette::WindowText) != warn) {
        QPalette palette = simulated_->palette();
        palette.setColor(QPalette::WindowText, warn);
        simulated_->setPalette(palette);
    }
}

} // namespace penstock::ui
