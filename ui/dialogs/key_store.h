#pragma once

#include <QString>

#include <functional>
#include <memory>

namespace penstock::ui {

/// Where API keys are kept: the system's keychain. Keys are never in a settings file, a run file or a log. GUI thread; answers
/// come from the event loop, unless the store is destroyed first.
class KeyStore {
public:
    struct Answer {
        QString key;     ///< empty: there is none
        QString problem; ///< why it could not be had or kept; one sentence
    };
    virtual ~KeyStore() = default;

    /// `target`: the base URL that the key is for.
    virtual void read(const QString& target, std::function<void(Answer)> done) = 0;
    /// An empty key removes what is kept.
    virtual void write(const QString& target, const QString& key, std::function<void(Answer)> done) = 0;
};

/// QtKeychain: the Secret Service, KWallet, or whatever the system has.
std::unique_ptr<KeyStore> makeKeychainStore();

} // namespace penstock::ui
