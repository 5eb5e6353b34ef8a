#include "engine/base/mailbox.h"

#include <QCoreApplication>
#include <QEvent>
#include <QObject>

#include <deque>
#include <mutex>

namespace penstock {

struct Mailbox::Poster::Shared {
    std::mutex mutex;
    std::deque<std::function<void()>> waiting; ///< guarded by mutex
    QObject* receiver = nullptr;               ///< guarded by mutex; null once the Mailbox is gone
    bool woken = false;                        ///< guarded by mutex: an event is on its way
};

class Mailbox::Receiver final : public QObject {
public:
    explicit Receiver(std::shared_ptr<Poster::Shared> shared)
        : shared_(std::move(shared)) {}

protected:
    bool event(QEvent* event) override {
        std::deque<std::function<void()>> batch;
        {
            const std::lock_guard lock(shared_->mutex);
            if (event->type() != QEvent::User) return QObject::event(event);
            batch.swap(shared_->waiting);
            shared_->woken = false;
        }
        // A function may destroy the Mailbox, and this object with it.
        const auto shared = shared_;
        while (!batch.empty()) {
            const auto function = std::move(batch.front());
            batch.pop_front();
            function();
            const std::lock_guard lock(shared->mutex);
            if (shared->receiver == nullptr) break;
        }
        return true;
    }

private:
    std::shared_ptr<Poster::Shared> shared_;
};

void Mailbox::Poster::operator()(std::function<void()> function) const {
    // Made before the lock is taken: the receiver reads it only after it held the lock.
    auto wake = std::make_unique<QEvent>(QEvent::User);
    const std::lock_guard lock(shared_->mutex);
    if (shared_->receiver == nullptr) return;
    shared_->waiting.push_back(std::move(function));
    if (std::exchange(shared_->woken, true)) return;
    // Under the lock, so that the receiver cannot be destroyed meanwhile.
    QCoreApplication::postEvent(shared_->receiver, wake.release());
}

Mailbox::Mailbox()
    : shared_(std::make_shared<Poster::Shared>())
    , receiver_(std::make_unique<Receiver>(shared_)) {
    shared_->receiver = receiver_.get();
}

Mailbox::~Mailbox() {
    std::deque<std::function<void()>> dropped;
    const std::lock_guard lock(shared_->mutex);
    shared_->receiver = nullptr;
    dropped.swap(shared_->waiting);
}

void Mailbox::post(std::function<void()> function) { poster()(std::move(function)); }

} // namespace penstock
