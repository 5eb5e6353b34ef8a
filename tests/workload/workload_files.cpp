#include "tests/workload/workload_files.h"

#include "engine/workload/read_ahead.h"

#include <QTest>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace penstock::test {

std::string WorkloadFiles::write(const std::string& name, const std::string& bytes) const {
    const auto file = path(name);
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return file;
}

std::string WorkloadFiles::path(const std::string& name) const {
    return dir_.path().toStdString() + "/" + name;
}

std::string WorkloadFiles::read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

WorkloadOptions optionsFor(const std::string& path, WorkloadFormat format) {
    WorkloadOptions options;
    options.path = path;
    options.format = format;
    return options;
}

std::string without(std::string text, const std::string& part) {
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part))
        text.erase(at, part.size());
    return text;
}

Drained drain(RequestSource& source, const Answerer& answer) {
    Drained drained;
    bool ready = false;
    source.setOnReady([&ready] { ready = true; });
    const auto take = [&](Request request) {
        for (std::optional<Request> turn = std::move(request); turn;) {
            drained.requests.push_back(*turn);
            const auto completion = turn->body ? answer(*turn) : std::nullopt;
            turn = source.finished(turn->id, completion ? &*completion : nullptr);
        }
    };
    while (true) {
        ready = false;
        auto next = source.next();
        if (auto* request = std::get_if<Request>(&next)) {
            take(std::move(*request));
        } else if (auto* error = std::get_if<Error>(&next)) {
            drained.error = error->message;
            break;
        } else if (std::holds_alternative<RequestSource::End>(next)) {
            break;
        } else if (!QTest::qWaitFor([&ready] { return ready; }, 60'000)) {
            drained.error = "the reader never called back";
            break;
        }
    }
    source.setOnReady({});
    return drained;
}

Drained runThrough(const WorkloadOptions& options) {
    const auto check = checkWorkload(options);
    if (!check) return {{}, check.error().message};
    auto source = openWorkload(options, *check);
    if (!source) return {{}, source.error().message};
    return drain(**source, [](const Request& request) { return answerOf("answer to " + request.customId); });
}

bool readerWaitsForRoom() {
    const auto sleeps = [] {
        for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
            const auto stat = WorkloadFiles::read(task.path().string() + "/stat");
            const auto name = stat.find(std::string("(") + ReadAhead::threadName + ") ");
            if (name != std::string::npos) return stat[stat.find(')') + 2] == 'S';
        }
        return false;
    };
    // Several times in a row, because it also sleeps for the moment in which a lock is taken.
    int seen = 0;
    return QTest::qWaitFor([&] { return (seen = sleeps() ? seen + 1 : 0) >= 5; }, 60'000);
}

Completion answerOf(const std::string& text) {
    Completion completion;
    completion.text = text;
    return completion;
}

std::size_t bigMegabytes(std::size_t plain) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return plain / 10;
#else
    return plain;
#endif
}

} // namespace penstock::test
