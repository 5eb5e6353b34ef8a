#pragma once

#include "ui/dialogs/key_store.h"
#include "ui/session/run_session.h"

#include <QObject>

namespace penstock::ui {

/// Brings the key of the target that was chosen last from the keychain, when the program starts. The keychain may ask
/// the person first, or never answer: nothing waits for it but the run that was asked for meanwhile. The key goes into
/// the session's setup and nowhere else. GUI thread.
class KeptKey final : public QObject {
    Q_OBJECT

public:
    /// Both outlive it.
    KeptKey(RunSession& session, KeyStore& keys, QObject* parent = nullptr);

    /// Asks the keychain, where the session's setup awaits its key; `account` is the base URL as the person typed it.
    void fetch(const QString& account);
    /// True when a run must not be started yet: it is started once the key is there, or problem() says why it is not.
    bool holdsStart();

Q_SIGNALS:
    /// A run was asked for, and starts as soon as the keychain has answered.
    void waiting(const QString& sentence);
    /// The key is there, and a run was asked for meanwhile.
    void startDue();
    /// One sentence that says what to do.
    void problem(const QString& sentence);

private:
    void onAnswer(const QString& account, const KeyStore::Answer& answer);

    RunSession& session_;
    KeyStore& keys_;
    QString why_; ///< the keychain answered, and has no key for us
    bool startAsked_ = false;
};

} // namespace penstock::ui
