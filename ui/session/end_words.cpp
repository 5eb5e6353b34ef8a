#include "ui/session/end_words.h"

#include "engine/base/progress.h"
#include "ui/format/advice.h"
#include "ui/format/figures.h"

#include <QObject>

namespace penstock::ui {

QString endWords(const RunEnd& end) {
    if (end.kind == RunEnd::Kind::Complete || end.kind == RunEnd::Kind::Interrupted) return {};
    if (end.target) return withAdvice(*end.target);
    const QString message = QString::fromStdString(end.message);
    if (end.kind == RunEnd::Kind::Failed && end.recordBroke)
        return QObject::tr("The run stopped because of %1; what was recorded is kept: make room there, or put the file "
                           "back, and press Resume to answer the rest.")
            .arg(message);
    if (end.kind == RunEnd::Kind::Failed) return QObject::tr("%1; what was recorded is kept.").arg(message);
    if (end.kind == RunEnd::Kind::NoTarget)
        return QObject::tr("%1; is the server running, and is the target right?").arg(message);
    return message;
}

QString keyRefusedWords(const Snapshot& snapshot, const Target& target, bool live) {
    if (snapshot.keyRefusals == 0) return {};
    const QString who =
        target.apiKey.empty()
            ? QObject::tr("The endpoint wants a key (HTTP %1) and this target has none").arg(snapshot.keyRefusalStatus)
            : QObject::tr("The endpoint refuses the key (HTTP %1)").arg(snapshot.keyRefusalStatus);
    const QString where = target.apiKey.empty() ? QObject::tr("set it under Run > Target")
                                                : QObject::tr("set one that is in force under Run > Target");
    if (live) return QObject::tr("%1: stop the run, and %2.").arg(who, where);
    return QObject::tr("%1, for %2 of %3 requests: %4, then start again; the answers that came are kept.")
        .arg(who, countText(snapshot.keyRefusals), countText(endedRequests(snapshot)), where);
}

} // namespace penstock::ui
