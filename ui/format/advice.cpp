#include "ui/format/advice.h"

#include <QObject>

namespace penstock::ui {

QString adviceFor(const Outcome& problem) {
    switch (problem.kind) {
    case OutcomeKind::ConnectFailed:
        return QObject::tr("is the server running, and are the host and the port of the target right?");
    case OutcomeKind::ConnectTimeout:
        return QObject::tr("is there a firewall between, or is the address another machine's?");
    case OutcomeKind::TlsFailed:
        if (problem.code == "certificate_untrusted")
            return QObject::tr(
                "if the server is yours, name this certificate, or its authority's, as the CA file of the target");
        if (problem.code == "certificate_host")
            return QObject::tr(
                "call the target by a name that its certificate has, or give the server a certificate for this one");
        if (problem.code == "certificate_time")
            return QObject::tr("renew it on the server, or set this machine's clock right");
        if (problem.code == "certificate")
            return QObject::tr("have the server's certificate mended, or name the right CA file of the target");
        return QObject::tr("does the server speak TLS on this port?");
    default:
        return {};
    }
}

QString withAdvice(const Outcome& problem) {
    QString sentence = QString::fromStdString(problem.message);
    while (sentence.endsWith(QLatin1Char('.')))
        sentence.chop(1);
    const QString advice = adviceFor(problem);
    if (advice.isEmpty()) return sentence + QLatin1Char('.');
    return sentence + QStringLiteral("; ") + advice +
           (advice.endsWith(QLatin1Char('?')) ? QString() : QStringLiteral("."));
}

} // namespace penstock::ui
