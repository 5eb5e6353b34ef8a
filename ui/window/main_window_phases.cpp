// What the window says and asks when a run ends, is opened, is to go on, or is to be left.
#include "ui/window/main_window.h"

#include "ui/dialogs/target_dialog.h"
#include "ui/format/figures.h"
#include "ui/session/end_words.h"
#include "ui/window/banner.h"

#include <QMessageBox>
#include <QPointer>
#include <QPushButton>
#include <QTimer>

namespace penstock::ui {

namespace {

/// How long the window waits for a run's end beyond the ten seconds that streams have to finish.
constexpr int endWait = 15'000, cancelWait = 5'000; // milliseconds

QString withoutSlash(QString url) {
    url = url.trimmed();
    while (url.endsWith(QLatin1Char('/'))) url.chop(1);
    return url;
}

} // namespace

/// A person's own stop is no accident, and says how to go on.
void MainWindow::tellStopped() {
    const auto& end = session_.end();
    const auto answered = countText(end->summary ? end->summary->requests : session_.answered());
    const auto total = session_.workloadTotal();
    QString words = total ? tr("Stopped: %1 of %2 answered").arg(answered, countText(*total)) : tr("Stopped: %1 answered").arg(answered);
    if (session_.simulated()) words += tr(" (simulated)");
    words += session_.canResume() ? tr("; Resume goes on with the rest.") : QStringLiteral(".");
    for (const auto& finding : end->findings) words += QLatin1Char('\n') + QString::fromStdString(finding);
    if (session_.canResume()) banner_->say(Banner::Kind::Note, words, tr("Resume"), [this] { resume(); });
    else banner_->say(Banner::Kind::Note, words);
}

void MainWindow::tellOpened() {
    const auto& run = *session_.overview();
    setWindowTitle(tr("%1 \u2013 Penstock").arg(QString::fromStdString(run.label.name.empty() ? run.info.runId.substr(0, 8) : run.label.name)));
    // Back from a resume that came to nothing: why is what the person has to know.
    if (const auto& end = session_.end())
        if (const auto words = endWords(*end); !words.isEmpty()) return sayOfTarget(words);
    if (run.live) return banner_->say(Banner::Kind::Note, tr("This run is being written by another program just now."));
    if (run.complete) {
        banner_->dismiss();
        return tellNext();
    }
    const auto total = session_.workloadTotal();
    const auto answered = countText(run.requests);
    banner_->say(Banner::Kind::Note,
                 (total ? tr("This run is not complete: %1 of %2 requests are answered.").arg(answered, countText(*total))
                        : tr("This run is not complete: %1 requests are answered.").arg(answered))
                     + QLatin1Char(' ') + tr("Resume answers the rest into the same file."),
                 tr("Resume"), [this] { resume(); });
}

/// Before Start asks somebody else than the run that is shown did.
void MainWindow::tellNext() {
    if (!session_.nextAsksAnother() || session_.live()) return;
    const auto& next = session_.setup();
    banner_->say(Banner::Kind::Note, tr("The next run asks %1; the run that is shown asked %2.").arg(next.targetName, session_.shownSetup().targetName));
}

/// A file holds no key, no secret header and no authority: they come from the target that was set up for the same address.
void MainWindow::resume() {
    if (!session_.resumeNeedsTarget()) return report(session_.resume());
    const auto& info = session_.overview()->info;
    const QString url = QString::fromStdString(info.targetUrl);
    TargetForm form = TargetForm::load();
    if (form.simulated || withoutSlash(form.baseUrl) != url) {
        form = {};
        form.simulated = false;
        form.baseUrl = url;
        form.model = QString::fromStdString(info.model);
        TargetDialog dialog(form, parts_.keys, parts_.simulated, this);
        if (dialog.exec() != QDialog::Accepted) return;
        report(session_.resumeWith(dialog.target()));
        return keepKey(dialog);
    }
    if (form.keySource != TargetForm::KeySource::Keychain) {
        const auto target = targetOf(form, {});
        return target ? report(session_.resumeWith(*target)) : sayOfTarget(QString::fromStdString(target.error().message));
    }
    const auto file = session_.file();
    banner_->say(Banner::Kind::Note, tr("The run goes on as soon as the keychain has given the key of %1.").arg(url));
    parts_.keys.read(form.baseUrl, [self = QPointer<MainWindow>(this), form, file](KeyStore::Answer answer) {
        if (!self || self->session_.file() != file || !self->session_.resumeNeedsTarget()) return;
        if (answer.key.trimmed().isEmpty())
            return self->sayOfTarget(answer.problem.isEmpty() ? tr("The keychain holds no key for %1: enter it under Run > Target.").arg(form.baseUrl) : answer.problem);
        const auto target = targetOf(form, answer.key);
        target ? self->report(self->session_.resumeWith(*target)) : self->sayOfTarget(QString::fromStdString(target.error().message));
    });
}

bool MainWindow::mayClose() {
    if (!session_.live() || leaveNow_) return true;
    if (leaving_) {
        leave(true); // asked for twice: no more waiting for streams
        return false;
    }
    Leave answer = Leave::KeepRunning;
    if (leaveAnswer_) {
        answer = leaveAnswer_();
    } else {
        QMessageBox ask(QMessageBox::Question, tr("A run is going on"),
                        tr("A run is going on. What has finished is kept in its file, and the rest can be answered later by opening it and choosing Resume."),
                        QMessageBox::NoButton, this);
        auto* finish = ask.addButton(tr("Let streams finish and quit"), QMessageBox::AcceptRole);
        auto* cancel = ask.addButton(tr("Cancel the streams and quit"), QMessageBox::DestructiveRole);
        auto* keep = ask.addButton(tr("Keep running"), QMessageBox::RejectRole);
        ask.setDefaultButton(keep);
        ask.setEscapeButton(keep);
        ask.exec();
        if (ask.clickedButton() == finish) answer = Leave::LetFinish;
        if (ask.clickedButton() == cancel) answer = Leave::Cancel;
    }
    if (!session_.live()) return answer != Leave::KeepRunning; // it ended while the question stood
    if (answer != Leave::KeepRunning) leave(answer == Leave::Cancel);
    return false;
}

/// Stops the run, and closes the window once its record is concluded.
void MainWindow::leave(bool cancel) {
    if (!std::exchange(leaving_, true)) {
        leaveTimer_ = new QTimer(this);
        leaveTimer_->setSingleShot(true);
        // The bound: a run that does not end is cancelled, and one that does not end then is left to the destructor.
        connect(leaveTimer_, &QTimer::timeout, this, [this] {
            if (session_.phase() == RunSession::Phase::Stopping && leaveTimer_->property("cancelled").toBool()) return leaveWhenEnded();
            leave(true);
        });
        connect(&session_, &RunSession::ended, this, &MainWindow::leaveWhenEnded);
    }
    if (cancel) {
        leaveTimer_->setProperty("cancelled", true);
        if (session_.phase() != RunSession::Phase::Stopping) session_.stop();
        session_.stop();
    } else if (session_.phase() != RunSession::Phase::Stopping) {
        session_.stop();
    }
    leaveTimer_->start(cancel ? cancelWait : endWait);
    banner_->say(Banner::Kind::Note, cancel ? tr("Streams are being cancelled; Penstock quits when the run's record is written.")
                                            : tr("Streams are finishing; Penstock quits when the run's record is written."));
}

/// Not from inside what told of the end: the window goes, and with it who is told after it.
void MainWindow::leaveWhenEnded() {
    leaveTimer_->stop();
    leaveNow_ = true;
    QMetaObject::invokeMethod(this, &QWidget::close, Qt::QueuedConnection);
}

} // namespace penstock::ui
