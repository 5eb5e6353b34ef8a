#include "tests/workload/workload_files.h"

#include <QTest>

#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace penstock;
using namespace penstock::test;

namespace {

/// Puts a pipe in the place of standard input, and the old one back.
class PipedInput {
public:
    PipedInput() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) qFatal("no pipe");
        saved_ = ::dup(STDIN_FILENO);
        ::dup2(ends[0], STDIN_FILENO);
        ::close(ends[0]);
        writer_ = ends[1];
    }
    ~PipedInput() {
        end();
        if (saved_ >= 0) {
            ::dup2(saved_, STDIN_FILENO);
            ::close(saved_);
        } else {
            ::close(STDIN_FILENO);
        }
    }
    void send(const std::string& bytes) const {
        for (std::size_t at = 0; at < bytes.size();) {
            const auto count = ::write(writer_, bytes.data() + at, bytes.size() - at);
            if (count <= 0) return;
            at += static_cast<std::size_t>(count);
        }
    }
    void end() {
        if (writer_ >= 0) ::close(writer_);
        writer_ = -1;
    }

private:
    int saved_ = -1;
    int writer_ = -1;
};

} // namespace

class TestWorkloadStdin : public QObject {
    Q_OBJECT

    WorkloadFiles files_;

    WorkloadOptions options() const {
        auto options = optionsFor("-");
        options.spoolFile = files_.path("spool");
        return options;
    }

private Q_SLOTS:
    void init() { std::filesystem::remove(files_.path("spool")); }

    void whatIsPipedInIsKeptAndRead() {
        PipedInput input;
        input.send("one\ntwo\n");
        input.end();
        const auto drained = runThrough(options());
        QCOMPARE(drained.error, std::string());
        QCOMPARE(drained.requests.size(), std::size_t(2));
        QCOMPARE(drained.requests[1].customId, std::string("line-2"));
        QCOMPARE(WorkloadFiles::read(files_.path("spool")), std::string("one\ntwo\n"));
        struct ::stat status {};
        QCOMPARE(::stat(files_.path("spool").c_str(), &status), 0);
        QCOMPARE(status.st_mode & 0777, 0600u);
    }

    void moreThanAPipeHoldsIsKeptWhole() {
        std::string bytes;
        for (int i = 0; bytes.size() < 3 * 1024 * 1024; ++i)
            bytes += "prompt number " + std::to_string(i) + "\n";
        PipedInput input;
        std::thread sender([&] {
            input.send(bytes);
            input.end();
        });
        const auto check = checkWorkload(options());
        sender.join();
        QVERIFY(check.ok());
        QCOMPARE(check->bytes, std::uint64_t(bytes.size()));
        QVERIFY(WorkloadFiles::read(files_.path("spool")) == bytes);
    }

    void aLimitEndsTheReadingOfAnEndlessPipe() {
        PipedInput input;
        input.send("one\ntwo\nthree\nfo"); // and stays open
        auto limited = options();
        limited.limit = 2;
        const auto check = checkWorkload(limited);
        QVERIFY(check.ok());
        QCOMPARE(check->requests, std::uint64_t(2));
        QCOMPARE(WorkloadFiles::read(files_.path("spool")), std::string("one\ntwo\n"));
    }

    void aSilentPipeCanBeLeft() {
        PipedInput input;
        int asked = 0;
        const auto check = checkWorkload(options(), [&asked](std::uint64_t, std::uint64_t) { return ++asked < 3; });
        QVERIFY(!check.ok());
        QCOMPARE(check.error().message, std::string("stopped while reading <stdin>"));
        QVERIFY(std::filesystem::is_empty(files_.path("")));
    }

    void aBadLineIsThatOfStandardInputAndLeavesAnEarlierSpoolAlone() {
        files_.write("spool", "of an earlier run\n");
        PipedInput input;
        input.send("one\n\xFF\n");
        input.end();
        auto text = options();
        text.format = WorkloadFormat::Text;
        const auto check = checkWorkload(text);
        QVERIFY(!check.ok());
        QCOMPARE(check.error().message, std::string("<stdin>:2: not valid UTF-8 at byte 1"));
        QCOMPARE(WorkloadFiles::read(files_.path("spool")), std::string("of an earlier run\n"));
        QVERIFY(!std::filesystem::exists(files_.path("spool.part")));
    }

    void aDuplicateInAPipeNamesBothLines() {
        PipedInput input;
        input.send(R"({"custom_id":"a","prompt":"x"})"
                   "\n"
                   R"({"custom_id":"a","prompt":"y"})"
                   "\n");
        input.end();
        const auto check = checkWorkload(options());
        QVERIFY(!check.ok());
        QCOMPARE(check.error().message, std::string(R"(<stdin>:2: custom_id "a" is already that of line 1)"));
    }

    void theSpoolHasToBeWritable() {
        auto nowhere = options();
        nowhere.spoolFile.clear();
        QCOMPARE(checkWorkload(nowhere).error().message, std::string("standard input needs a file to be kept in"));
        nowhere.spoolFile = files_.path("no/spool");
        QCOMPARE(without(checkWorkload(nowhere).error().message, files_.path("")),
                 std::string("cannot write no/spool.part: No such file or directory"));
    }

    void aFullDiskIsToldWithTheReason() {
        if (!std::filesystem::exists("/dev/full")) QSKIP("no /dev/full here");
        std::filesystem::create_symlink("/dev/full", files_.path("full.part"));
        PipedInput input;
        input.send("one\n");
        input.end();
        auto full = options();
        full.spoolFile = files_.path("full");
        QCOMPARE(without(checkWorkload(full).error().message, files_.path("")),
                 std::string("cannot write full.part: No space left on device"));
    }
};

QTEST_GUILESS_MAIN(TestWorkloadStdin)
#include "tst_workload_stdin.moc"
