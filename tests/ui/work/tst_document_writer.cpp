#include "ui/work/document_writer.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <future>
#include <sys/resource.h>
#include <thread>

using namespace penstock;
using namespace penstock::ui;

namespace {

constexpr int patience = 60'000; // milliseconds, of a condition that comes much sooner

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestDocumentWriter : public QObject {
    Q_OBJECT

    std::optional<QTemporaryDir> folder_;
    QStringList drawn_;
    std::optional<Status> status_;

    QString at(const QString& name) const { return folder_->filePath(name); }
    QStringList names() const { return QDir(folder_->path()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::Hidden, QDir::Name); }
    Document document(const QString& name, const QByteArray& bytes = "new") {
        return {at(name), [this, name, bytes]() -> std::function<QByteArray()> {
                    drawn_ << name;
                    return [bytes] { return bytes; };
                }};
    }
    DocumentWriter::Told told() {
        return {{}, [this](const Status& status) { status_ = status; }};
    }
    void put(const QString& name, const QByteArray& bytes) {
        QFile file(at(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }

private Q_SLOTS:
    void init() {
        folder_.emplace();
        QVERIFY(folder_->isValid());
        drawn_.clear();
        status_.reset();
    }

    void bytesAreMadeAndWrittenAwayFromTheGuiThread() {
        DocumentWriter writer;
        std::thread::id drawing, encoding;
        bool madeWhenEncoding = true;
        writer.write({{at("a/b/x"),
                       [&]() -> std::function<QByteArray()> {
                           drawing = std::this_thread::get_id();
                           return [&] {
                               encoding = std::this_thread::get_id();
                               madeWhenEncoding = QFile::exists(at("a/b/x"));
                               return QByteArray("bytes");
                           };
                       }}},
                     told());
        QVERIFY(names().isEmpty()); // nothing is done from inside
        QVERIFY(drawing == std::thread::id());
        QTRY_VERIFY_WITH_TIMEOUT(status_, patience);
        QVERIFY(status_->ok());
        QVERIFY(drawing == std::this_thread::get_id());
        QVERIFY(encoding != std::thread::id() && encoding != drawing);
        QVERIFY(!madeWhenEncoding);
        QCOMPARE(contentOf(at("a/b/x")), QByteArray("bytes"));
    }

    void progressIsToldWithEachDocumentAndSetsComeOneAfterTheOther() {
        DocumentWriter writer;
        QList<double> parts;
        int done = 0;
        writer.write({document("1"), document("2"), document("3"), document("4")}, {[&](double part) { parts << part; }, [&](const Status& status) {
                                                                                       QVERIFY(status.ok());
                                                                                       QCOMPARE(drawn_.size(), 4);
                                                                                       ++done;
                                                                                   }});
        writer.write({document("5")}, {{}, [&](const Status& status) {
                                           QVERIFY(status.ok());
                                           ++done;
                                       }});
        QTRY_COMPARE_WITH_TIMEOUT(done, 2, patience);
        QCOMPARE(parts, (QList<double>{0.25, 0.5, 0.75, 1}));
        QCOMPARE(names(), (QStringList{"1", "2", "3", "4", "5"}));
    }

    void aCancelledSetLeavesNothingButWhatTookTheirPlace() {
        put("3", "old");
        DocumentWriter writer;
        writer.write({document("made/1"), document("made/2"), document("3"), document("4")}, {[&](double part) {
                                                                                     if (part == 0.5) writer.cancel();
                                                                                 },
                                                                                 told().done});
        QTRY_VERIFY_WITH_TIMEOUT(status_, patience);
        QVERIFY(!status_->ok());
        QCOMPARE(status_->error().message, std::string(DocumentWriter::cancelled));
        QCOMPARE(drawn_, (QStringList{"made/1", "made/2"}));
        QCOMPARE(names(), QStringList{"3"});
        QCOMPARE(contentOf(at("3")), QByteArray("old"));
        // The next one is not cancelled.
        status_.reset();
        writer.write({document("3")}, told());
        QTRY_VERIFY_WITH_TIMEOUT(status_ && status_->ok(), patience);
        QCOMPARE(contentOf(at("3")), QByteArray("new"));
    }

    void whatCannotBeWrittenIsOneSentenceAndLeavesNothing() {
        DocumentWriter writer;
        const auto says = [&](const QString& path, const QString& words) {
            status_.reset();
            writer.write({document("first"), {path, [] { return [] { return QByteArray("x"); }; }}, document("last")}, told());
            QTRY_VERIFY_WITH_TIMEOUT(status_, patience);
            QVERIFY(!status_->ok());
            const auto message = QString::fromStdString(status_->error().message);
            QVERIFY2(message.contains(words), qPrintable(message));
            QVERIFY(!drawn_.contains("last"));
            QVERIFY(!QFile::exists(at("first")));
        };
        says("/proc/nowhere/x", "Cannot make the folder /proc/nowhere");
        says(folder_->path(), "it is a folder");
        put("file", "");
        says(at("file/x"), at("file"));
        QCOMPARE(names(), QStringList{"file"});
    }

    void onAFullDiskWhatStoodThereStays() {
        put("x", "old");
        rlimit before{};
        QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
        auto small = before;
        small.rlim_cur = 1000; // as a disk with so much room; writing beyond it fails
        const auto signal = std::signal(SIGXFSZ, SIG_IGN);
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &small), 0);
        DocumentWriter writer;
        writer.write({document("x", QByteArray(100'000, 'x'))}, told());
        const bool told = QTest::qWaitFor([this] { return status_.has_value(); }, patience);
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &before), 0);
        std::signal(SIGXFSZ, signal);
        QVERIFY(told && !status_->ok());
        QVERIFY2(status_->error().message.find("File too large") != std::string::npos, status_->error().message.c_str());
        QCOMPARE(contentOf(at("x")), QByteArray("old"));
        QCOMPARE(names(), QStringList{"x"});
    }

    void aWriterThatGoesAwayFinishesTheDocumentThatWasDrawnAndTellsNobody() {
        std::promise<void> go;
        {
            DocumentWriter writer;
            writer.write({{at("1"),
                           [&]() -> std::function<QByteArray()> {
                               drawn_ << "1";
                               return [&] {
                                   go.get_future().wait();
                                   return QByteArray(1'000'000, 'x');
                               };
                           }},
                          document("2")},
                         told());
            QTRY_VERIFY_WITH_TIMEOUT(!drawn_.isEmpty(), patience);
            go.set_value();
        }
        QCoreApplication::processEvents();
        QVERIFY(!status_);
        QCOMPARE(names(), QStringList{"1"});
        QCOMPARE(contentOf(at("1")).size(), 1'000'000);
    }
};

QTEST_GUILESS_MAIN(TestDocumentWriter)
#include "tst_document_writer.moc"
