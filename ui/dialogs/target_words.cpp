#include "ui/dialogs/target_words.h"

#include "ui/format/advice.h"
#include "ui/format/figures.h"

#include <QObject>
#include <QStringList>

namespace penstock::ui {

QString wordsFor(const TargetReport& report, bool simulated) {
    if (report.problem) {
        // Under each other: there is more room here than in the window's one line.
        QString advice = adviceFor(*report.problem);
        if (!advice.isEmpty()) advice[0] = advice[0].toUpper();
        if (!advice.isEmpty() && !advice.endsWith(QLatin1Char('?'))) advice += QLatin1Char('.');
        return QString::fromStdString(report.problem->message) + QLatin1Char('\n') + advice;
    }
    QStringList lines;
    QString first = QObject::tr("It answers at %1 over HTTP/%2").arg(QString::fromStdString(report.address), QString::fromStdString(report.httpVersion));
    if (report.maxConcurrentStreams) first += QObject::tr(", %1 streams a connection").arg(*report.maxConcurrentStreams);
    if (simulated) first += QObject::tr(" (simulated)");
    lines << first;
    if (!report.tlsVersion.empty())
        lines << QObject::tr("%1, %2, issued by %3")
                     .arg(QString::fromStdString(report.tlsVersion), QString::fromStdString(report.cipher), QString::fromStdString(report.issuer));
    QString times = QObject::tr("Connect %1").arg(durationText(toSeconds(report.connect)));
    if (!report.tlsVersion.empty()) times += QObject::tr(", handshake %1").arg(durationText(toSeconds(report.handshake)));
    if (report.roundTrip) times += QObject::tr(", round trip %1").arg(durationText(toSeconds(*report.roundTrip)));
    lines << times;
    if (report.modelsStatus == 401 || report.modelsStatus == 403)
        lines << QObject::tr("It refuses the key (HTTP %1): is it the right one, and has it expired?").arg(report.modelsStatus);
    else if (!report.modelsProblem.empty()) lines << QObject::tr("No list of models: %1").arg(QString::fromStdString(report.modelsProblem));
    else lines << QObject::tr("%n model(s)", nullptr, static_cast<int>(report.models.size()));
    return lines.join(QLatin1Char('\n'));
}

} // namespace penstock::ui
