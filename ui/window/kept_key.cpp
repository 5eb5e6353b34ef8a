#include "ui/window/kept_key.h"

#include <QPointer>

namespace penstock::ui {

KeptKey::KeptKey(RunSession& session, KeyStore& keys, QObject* parent)
    : QObject(parent)
    , session_(session)
    , keys_(keys) {
    // Another target was chosen meanwhile: the run that was asked for was another's.
    connect(&session, &RunSession::setupChanged, this, [this] {
        if (!session_.setup().keyAwaited) startAsked_ = false;
    });
}

void KeptKey::fetch(const QString& account) {
    if (!session_.setup().keyAwaited) return;
    why_.clear();
    keys_.read(account, [self = QPointer<KeptKey>(this), account](KeyStore::Answer answer) {
        if (self) self->onAnswer(account, answer);
    });
}

void KeptKey::onAnswer(const QString& account, const KeyStore::Answer& answer) {
    if (!session_.setup().keyAwaited) return; // another target was chosen meanwhile
    if (answer.key.trimmed().isEmpty()) {
        startAsked_ = false;
        why_ = answer.problem.isEmpty() ? tr("The keychain holds no key for %1: enter it under Run > Target, or name "
                                             "an environment variable there that holds it.")
                                              .arg(account)
                                        : answer.problem;
        return (void)Q_EMIT problem(why_);
    }
    RunSetup setup = session_.setup();
    setup.target.apiKey = answer.key.trimmed().toStdString();
    setup.keyAwaited = false;
    const bool due = std::exchange(startAsked_, false);
    if (const auto set = session_.setSetup(std::move(setup)); !set)
        return (void)Q_EMIT problem(QString::fromStdString(set.error().message));
    if (due) Q_EMIT startDue();
}

bool KeptKey::holdsStart() {
    if (!session_.setup().keyAwaited) return false;
    if (!why_.isEmpty()) {
        Q_EMIT problem(why_);
        return true;
    }
    startAsked_ = true;
    Q_EMIT waiting(
        tr("The run starts as soon as the keychain has given the key of %1; it may be asking you for its password.")
            .arg(session_.setup().targetName));
    return true;
}

} // namespace penstock::ui
