#include "app/console/screenshot.h"

#include "ui/session/run_session.h"

#include <QCoreApplication>
#include <QPixmap>
#include <QTimer>
#include <QWidget>

#include <cstdio>

namespace penstock::console {

namespace {

/// A run that cannot begin (a target that does not answer) still gets its picture, which shows why.
constexpr double patience = 30; // seconds

} // namespace

Screenshot::Screenshot(ui::RunSession& session, QWidget& window, QString file, double after, QObject* parent)
    : QObject(parent)
    , window_(window)
    , file_(std::move(file)) {
    if (session.live())
        connect(&session, &ui::RunSession::snapshotChanged, this, [this, &session, after] {
            const auto snapshot = session.snapshot();
            if (snapshot && snapshot->elapsedSeconds >= after) take();
        });
    const double limit = session.live() ? after + patience : after;
    QTimer::singleShot(std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::duration<double>(limit)), this, &Screenshot::take);
}

void Screenshot::take() {
    if (taken_) return;
    taken_ = true;
    // In a turn of its own: the snapshot that brought us here has not reached every widget yet.
    QTimer::singleShot(0, this, [this] {
        if (window_.grab().save(file_)) return QCoreApplication::exit(0);
        give(QStringLiteral("cannot write %1: does its folder exist, and does the name end in .png?").arg(file_));
    });
}

void Screenshot::give(const QString& why) {
    std::fprintf(stderr, "penstock: %s\n", qPrintable(why));
    QCoreApplication::exit(1);
}

} // namespace penstock::console
