#include "engine/base/work_thread.h"

#include <QTest>

#include <future>
#include <stdexcept>

using namespace penstock;

class TestWorkThread : public QObject {
    Q_OBJECT

    std::vector<int> did_; ///< by the thread, read once it is joined

    WorkThread::Job job(int number) {
        return [this, number] { did_.push_back(number); };
    }

private Q_SLOTS:
    void init() { did_.clear(); }

    void whatWaitsIsDoneInOrderBeforeItsThreadGoes() {
        std::promise<void> go;
        {
            WorkThread thread(job(9), WorkThread::Rest::Done);
            thread.give([&] { go.get_future().wait(); });
            for (const int number : {1, 2, 3}) thread.give(job(number));
            go.set_value();
        }
        QCOMPARE(did_, (std::vector<int>{1, 2, 3, 9}));
    }

    void aJobThatThrowsEndsNeitherTheProcessNorTheJobsBehindIt() {
        {
            WorkThread thread(job(9), WorkThread::Rest::Done);
            thread.give([] { throw std::length_error("more than there is"); });
            thread.give(job(1));
        }
        QCOMPARE(did_, (std::vector<int>{1, 9}));
    }

    void aJobTakesThePlaceOfOneWithItsKey() {
        std::promise<void> go;
        {
            WorkThread thread({}, WorkThread::Rest::Done);
            thread.give([&] { go.get_future().wait(); });
            thread.give(job(1), 5);
            thread.give(job(2));
            thread.give(job(3), 5);
            thread.give(job(4), 6);
            go.set_value();
        }
        QCOMPARE(did_, (std::vector<int>{2, 3, 4}));
    }
};

QTEST_GUILESS_MAIN(TestWorkThread)
#include "tst_work_thread.moc"
