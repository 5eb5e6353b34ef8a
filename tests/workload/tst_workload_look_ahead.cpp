#include "tests/workload/workload_files.h"

#include "engine/workload/read_ahead.h"

#include <QElapsedTimer>
#include <QTest>

#include <filesystem>
#include <fstream>
#include <malloc.h>
#include <unistd.h>

using namespace penstock;
using namespace penstock::test;

namespace {

constexpr std::uint64_t mebi = 1u << 20;

/// How far the reader has read in `path`, by the kernel's own count; 0 when no descriptor has it open.
std::uint64_t positionIn(const std::string& path) {
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        std::error_code error;
        if (std::filesystem::read_symlink(entry.path(), error) != path) continue;
        std::ifstream info("/proc/self/fdinfo/" + entry.path().filename().string());
        std::string word;
        std::uint64_t position = 0;
        if (info >> word >> position && word == "pos:") return position;
    }
    return 0;
}

/// Resident memory in bytes.
std::uint64_t resident() {
    std::ifstream statm("/proc/self/statm");
    std::uint64_t size = 0;
    std::uint64_t pages = 0;
    statm >> size >> pages;
    return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

} // namespace

class TestWorkloadLookAhead : public QObject {
    Q_OBJECT

    WorkloadFiles files_;

    struct Opened {
        WorkloadOptions options;
        WorkloadCheck check;
        std::unique_ptr<RequestSource> source;
    };
    Opened open(const WorkloadOptions& options) const {
        auto check = checkWorkload(options);
        if (!check) qFatal("%s", check.error().message.c_str());
        auto source = openWorkload(options, *check);
        if (!source) qFatal("%s", source.error().message.c_str());
        return {options, *check, std::move(*source)};
    }

private Q_SLOTS:
    void ofShortLinesSixtyFourRequestsAreReadAhead() {
        // Sixteen lines a block: 64 are ready, and the 65th, in the fifth block, waits in the reader's hand.
        std::string bytes;
        const std::string line = std::string(mebi / 16 - 1, 'x') + "\n";
        for (int i = 0; i < 400; ++i)
            bytes += line;
        const auto opened = open(optionsFor(files_.write("w", bytes)));
        QVERIFY(readerWaitsForRoom());
        QCOMPARE(positionIn(opened.options.path), 5 * mebi);
        // It goes on when half of them are gone: 32 taken, 64 ready again, the 97th in hand.
        for (int taken = 0; taken < 32; ++taken)
            QVERIFY(std::holds_alternative<Request>(opened.source->next()));
        QVERIFY(QTest::qWaitFor([&] { return positionIn(opened.options.path) == 7 * mebi; }, 60'000));
        QVERIFY(readerWaitsForRoom());
        QCOMPARE(positionIn(opened.options.path), 7 * mebi);
    }

    void ofLongLinesEightMebibytesAreReadAhead() {
        // Lines of a MiB: seven bodies fit below 8 MiB, the eighth waits in the reader's hand.
        std::string bytes;
        const std::string line = std::string(mebi - 1, 'x') + "\n";
        for (int i = 0; i < 20; ++i)
            bytes += line;
        const auto opened = open(optionsFor(files_.write("w", bytes)));
        QVERIFY(readerWaitsForRoom());
        QCOMPARE(positionIn(opened.options.path), 8 * mebi);
    }

    void aBodyLargerThanTheBoundComesAlone() {
        std::string bytes;
        const std::string line = std::string(10 * mebi, 'x') + "\n";
        for (int i = 0; i < 3; ++i)
            bytes += line;
        const auto opened = open(optionsFor(files_.write("w", bytes)));
        const auto drained = drain(*opened.source, [](const Request&) { return answerOf("a"); });
        QCOMPARE(drained.error, std::string());
        QCOMPARE(drained.requests.size(), std::size_t(3));
    }

    void theTurnsToComeCountAsBytesToo() {
        // Each line has a first turn of one byte and a second one of a MiB.
        std::string bytes;
        for (int i = 0; i < 20; ++i)
            bytes +=
                R"({"question_id":)" + std::to_string(i) + ",\"turns\":[\"a\",\"" + std::string(mebi, 'x') + "\"]}\n";
        const auto opened = open(optionsFor(files_.write("w", bytes)));
        QVERIFY(readerWaitsForRoom());
        // Seven lines ready, the eighth in hand, whose last bytes are in the ninth block.
        QCOMPARE(positionIn(opened.options.path), 9 * mebi);
    }

    void manyTinyTurnsCountForWhatHoldsThem() {
        Dialogue dialogue;
        dialogue.messages = "12345";
        dialogue.turns.assign(1000, "\"a\"");
        ReadItem item;
        item.request.body = std::make_shared<const std::string>("1234567");
        QCOMPARE(item.bytes(), std::size_t(7));
        item.dialogue = dialogue;
        QCOMPARE(item.bytes(), 7 + 5 + 1000 * (3 + sizeof(std::string)));
    }

    void aBigFileDoesNotEnterMemory() {
        const auto megabytes = bigMegabytes(300);
        const auto path = files_.path("big");
        {
            std::ofstream out(path, std::ios::binary);
            for (std::size_t i = 0; i < megabytes * 10; ++i)
                out << "prompt " << i << ' ' << std::string(100'000, 'x') << '\n';
        }
        ::malloc_trim(0);
        const auto before = resident();
        std::uint64_t peak = before;
        const auto options = optionsFor(path);
        const auto check = checkWorkload(options, [&](std::uint64_t, std::uint64_t) {
            peak = std::max(peak, resident());
            return true;
        });
        QVERIFY(check.ok());
        QCOMPARE(check->requests, std::uint64_t(megabytes * 10));
        auto source = openWorkload(options, *check);
        QVERIFY(source.ok());
        bool ready = false;
        (*source)->setOnReady([&ready] { ready = true; });
        std::uint64_t requests = 0;
        while (true) {
            const auto next = (*source)->next();
            if (std::holds_alternative<RequestSource::End>(next)) break;
            if (std::holds_alternative<Request>(next)) {
                if (++requests % 16 == 0) peak = std::max(peak, resident());
            } else {
                QVERIFY(std::holds_alternative<RequestSource::NotYet>(next));
                QVERIFY(QTest::qWaitFor([&] { return ready; }, 60'000));
                ready = false;
            }
        }
        QCOMPARE(requests, std::uint64_t(megabytes * 10));
        const auto grown = (peak - before) / mebi;
        qInfo("%zu MB read, %llu MiB more resident memory at the peak", megabytes,
              static_cast<unsigned long long>(grown));
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
        QVERIFY(grown < 48);
#endif
    }

    void aSourceCanBeDestroyedAtAnyMoment() {
        std::string bytes;
        for (int i = 0; i < 5000; ++i)
            bytes += "prompt " + std::to_string(i) + std::string(1000, 'x') + "\n";
        auto options = optionsFor(files_.write("w", bytes));
        options.repeat = 0;
        const auto check = checkWorkload(options);
        QVERIFY(check.ok());
        for (std::size_t round = 0; round < 200; ++round) {
            auto source = openWorkload(options, *check);
            QVERIFY(source.ok());
            (*source)->setOnReady([] {});
            // At once, while the first block is read, while it is handed over, while the reader waits for room.
            for (std::size_t i = 0; i < round * 7; ++i)
                (void)(*source)->next();
        }
    }

    void destroyingDoesNotWaitForTheRestOfTheFile() {
        std::string bytes;
        while (bytes.size() < 30 * mebi)
            bytes += std::string(100, 'x') + "\n";
        const auto options = optionsFor(files_.write("w", bytes));
        const auto check = checkWorkload(options);
        auto source = openWorkload(options, *check);
        QVERIFY(readerWaitsForRoom());
        QCOMPARE(positionIn(options.path), mebi);
        source->reset();
        QCOMPARE(positionIn(options.path), std::uint64_t(0));
    }
};

QTEST_GUILESS_MAIN(TestWorkloadLookAhead)
#include "tst_workload_look_ahead.moc"
