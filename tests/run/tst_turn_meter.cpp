#include "engine/run/longest_turn.h"
#include "engine/run/turn_meter.h"

#include "engine/base/mailbox.h"

#include <QEventLoop>
#include <QSocketNotifier>
#include <QTest>
#include <QThread>
#include <QTimer>

#include <algorithm>
#include <atomic>

#include <sys/socket.h>
#include <unistd.h>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

/// Told by the test, also from another thread.
class SetClock final : public Clock {
public:
    Instant now() const override { return Instant{Nanos{nanos_.load()}}; }
    std::chrono::system_clock::time_point wallNow() const override { return {}; }
    std::unique_ptr<Alarm> makeAlarm(std::function<void()>) const override { return nullptr; }
    void advance(Nanos by) { nanos_ += by.count(); }

private:
    std::atomic<std::int64_t> nanos_{1'000'000'000};
};

} // namespace

class TestTurnMeter final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        turns_.clear();
        clock_ = std::make_unique<SetClock>();
    }

    void theWorkOfATimerIsPartOfItsTurn() {
        onAThread([this](QEventLoop& loop) {
            QTimer::singleShot(0, &loop, [&] {
                clock_->advance(250ms);
                QTimer::singleShot(0, &loop, &QEventLoop::quit);
            });
            loop.exec();
        });
        QCOMPARE(longest(), Nanos{250ms});
    }

    void theWorkOfASocketIsPartOfItsTurn() {
        int ends[2];
        QCOMPARE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
        onAThread([&](QEventLoop& loop) {
            QSocketNotifier notifier(ends[0], QSocketNotifier::Read);
            QObject::connect(&notifier, &QSocketNotifier::activated, &loop, [&] {
                notifier.setEnabled(false);
                clock_->advance(40ms);
                QTimer::singleShot(0, &loop, &QEventLoop::quit);
            });
            QTimer::singleShot(0, &loop, [&] { QCOMPARE(::write(ends[1], "x", 1), 1); });
            loop.exec();
        });
        QCOMPARE(longest(), Nanos{40ms});
        ::close(ends[0]);
        ::close(ends[1]);
    }

    void theWorkOfAPostedCallIsPartOfItsTurn() {
        onAThread([this](QEventLoop& loop) {
            QMetaObject::invokeMethod(&loop, [&] {
                clock_->advance(30ms);
                QTimer::singleShot(0, &loop, &QEventLoop::quit);
            }, Qt::QueuedConnection);
            QTimer::singleShot(0, &loop, [] {});
            loop.exec();
        });
        QCOMPARE(longest(), Nanos{30ms});
    }

    void theTimeAsleepIsNoTurn() {
        onAThread([this](QEventLoop& loop) {
            // The clock moves while nothing runs here: before the wait is over, another thread has moved it by an hour.
            QTimer::singleShot(1, &loop, [&] {
                auto* mover = QThread::create([this, &loop] {
                    clock_->advance(1h);
                    QMetaObject::invokeMethod(&loop, [&loop] { QTimer::singleShot(0, &loop, &QEventLoop::quit); }, Qt::QueuedConnection);
                });
                mover_.reset(mover);
                asleep_ = [mover] { mover->start(); };
            });
            loop.exec();
        });
        mover_->wait();
        QVERIFY(!turns_.empty());
        QVERIFY(longest() < Nanos{1h});
    }

    void theLongestOfTenSecondsIsKeptAndThenForgotten() {
        LongestTurn longest;
        const Instant t0{1h};
        QVERIFY(!longest.at(t0));
        longest.note(20ms, t0);
        longest.note(5ms, t0 + 1s);
        QCOMPARE(*longest.at(t0 + 1s), Nanos{20ms});
        QCOMPARE(*longest.at(t0 + 9s), Nanos{20ms});
        QCOMPARE(*longest.at(t0 + 10s), Nanos{5ms});
        QVERIFY(!longest.at(t0 + 11s));
        longest.note(1ms, t0 + 100s);
        QCOMPARE(*longest.at(t0 + 100s), Nanos{1ms});
    }

private:
    /// Runs `body` on a thread of its own with an event loop whose turns are measured.
    void onAThread(const std::function<void(QEventLoop&)>& body) {
        const std::unique_ptr<QThread> thread(QThread::create([&] {
            QEventLoop loop; // makes the thread's dispatcher
            TurnMeter meter(*clock_, [this](Nanos turn) {
                turns_.push_back(turn);
                if (auto started = std::exchange(asleep_, nullptr)) started();
            });
            measures_ = meter.measures();
            if (measures_) body(loop);
        }));
        thread->start();
        QVERIFY(thread->wait(QDeadlineTimer(60s)));
        if (!measures_) QSKIP("Qt's event dispatcher here is not GLib's (QT_NO_GLIB?): turns are not measured");
    }

    Nanos longest() const { return turns_.empty() ? Nanos{-1} : *std::max_element(turns_.begin(), turns_.end()); }

    std::unique_ptr<SetClock> clock_;
    std::vector<Nanos> turns_;
    std::unique_ptr<QThread> mover_;
    std::function<void()> asleep_;
    bool measures_ = false;
};

QTEST_GUILESS_MAIN(TestTurnMeter)
#include "tst_turn_meter.moc"
