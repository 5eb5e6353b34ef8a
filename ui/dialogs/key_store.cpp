#include "ui/dialogs/key_store.h"

#include <QObject>
#include <QPointer>

#include <qt6keychain/keychain.h>

namespace penstock::ui {

namespace {

const QString service = QStringLiteral("Penstock");

class KeychainStore final : public KeyStore {
public:
    void read(const QString& target, std::function<void(Answer)> done) override {
        auto* job = new QKeychain::ReadPasswordJob(service, &parent_); // deletes itself when it has finished
        job->setInsecureFallback(false);
        job->setKey(target);
        QObject::connect(job, &QKeychain::Job::finished, &parent_, [job, done = std::move(done)] {
            if (job->error() == QKeychain::NoError) return done({job->textData(), {}});
            if (job->error() == QKeychain::EntryNotFound) return done({});
            done({{}, QObject::tr("The keychain does not give the key (%1): enter it under Run > Target, or name an environment variable there that holds it.")
                          .arg(job->errorString())});
        });
        job->start();
    }

    void write(const QString& target, const QString& key, std::function<void(Answer)> done) override {
        QKeychain::Job* job = nullptr;
        if (key.isEmpty()) {
            job = new QKeychain::DeletePasswordJob(service, &parent_);
        } else {
            auto* write = new QKeychain::WritePasswordJob(service, &parent_);
            write->setTextData(key);
            job = write;
        }
        job->setInsecureFallback(false);
        job->setKey(target);
        QObject::connect(job, &QKeychain::Job::finished, &parent_, [job, done = std::move(done)] {
            const bool kept = job->error() == QKeychain::NoError || job->error() == QKeychain::EntryNotFound;
            done({{}, kept ? QString()
                           : QObject::tr("The keychain does not keep the key (%1): it is kept until Penstock is closed; to keep it longer, name an "
                                         "environment variable under Run > Target that holds it.")
                                 .arg(job->errorString())});
        });
        job->start();
    }

private:
    QObject parent_; ///< of the jobs: they end with the store
};

} // namespace

std::unique_ptr<KeyStore> makeKeychainStore() { return std::make_unique<KeychainStore>(); }

} // namespace penstock::ui
