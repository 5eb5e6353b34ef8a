#include "engine/inquiries.h"

#include "engine/base/clock.h"
#include "engine/base/mailbox.h"
#include "engine/base/prompt_text.h"
#include "engine/transport/target_probe.h"
#include "engine/workload/line_parser.h"
#include "engine/workload/line_splitter.h"
#include "engine/workload/source.h"
#include "engine/workload/workload_input.h"

#include <nlohmann/json.hpp>

#include <atomic>
#include <thread>

namespace penstock {

namespace {

class TargetInquiry final : public Inquiry {
public:
    SystemClock clock;
    std::unique_ptr<TargetProbe> probe; ///< last: it reads the clock
};

constexpr std::size_t mostShown = 20;
constexpr std::size_t promptBytes = 2000;

WorkloadPreview::First firstOf(const Request& request, std::uint64_t line) {
    WorkloadPreview::First first;
    first.line = line;
    first.customId = request.customId;
    first.prompt = lastUserMessage(*request.body, promptBytes);
    const auto body = nlohmann::json::parse(*request.body, nullptr, false);
    for (const char* name : {"max_completion_tokens", "max_tokens"})
        if (body.is_object() && body.contains(name) && body[name].is_number_integer()) {
            first.maxTokens = body[name].get<std::int64_t>();
            break;
        }
    return first;
}

/// The first requests of a workload that was found good.
Result<std::vector<WorkloadPreview::First>> firstRequests(const WorkloadOptions& options, WorkloadFormat format) {
    auto input = WorkloadInput::openFile(options.path);
    if (!input) return input.error();
    std::vector<WorkloadPreview::First> out;
    LineSplitter splitter(options.maxLineBytes);
    const auto most = std::min<std::uint64_t>(mostShown, options.limit.value_or(mostShown));
    const auto take = [&](const Line& line) {
        const auto content = parseLine(line, format, options);
        if (const auto* parsed = std::get_if<ParsedLine>(&content)) out.push_back(firstOf(parsed->first, line.number));
        return out.size() < most;
    };
    std::vector<char> buffer(64u << 10);
    while (out.size() < most) {
        const auto got = input->read(buffer.data(), buffer.size());
        if (!got) return got.error();
        if (*got == 0) {
            splitter.finish(take);
            break;
        }
        splitter.feed({buffer.data(), *got}, take);
    }
    return out;
}

Result<WorkloadPreview> preview(const WorkloadOptions& options, const std::function<bool(std::uint64_t, std::uint64_t)>& progress) {
    const auto check = checkWorkload(options, progress);
    if (!check) return check.error();
    auto first = firstRequests(options, check->format);
    if (!first) return first.error();
    WorkloadPreview out;
    out.format = check->format;
    out.requests = check->requests;
    out.bytes = check->bytes;
    out.badLines = check->badLineCount;
    out.first = std::move(*first);
    return out;
}

class WorkloadInquiry final : public Inquiry {
public:
    WorkloadInquiry(const WorkloadOptions& options, std::function<void(std::uint64_t, std::uint64_t)> progress,
                    std::function<void(Result<WorkloadPreview>)> done) {
        // Callbacks live in the mailbox's messages: they run on the owner's thread, or never.
        auto report = std::make_shared<std::function<void(std::uint64_t, std::uint64_t)>>(std::move(progress));
        auto finish = std::make_shared<std::function<void(Result<WorkloadPreview>)>>(std::move(done));
        reader_ = std::thread([this, options, report, finish, post = mailbox_.poster()] {
            auto result = preview(options, [&](std::uint64_t read, std::uint64_t all) {
                post([report, read, all] {
                    if (*report) (*report)(read, all);
                });
                return !stopped_;
            });
            post([finish, result = std::move(result)]() mutable { (*finish)(std::move(result)); });
        });
    }
    ~WorkloadInquiry() override {
        stopped_ = true;
        reader_.join();
    }

private:
    Mailbox mailbox_;
    std::atomic<bool> stopped_{false};
    std::thread reader_;
};

} // namespace

Result<std::unique_ptr<Inquiry>> askTarget(const Target& target, Nanos timeout, std::function<void(const TargetReport&)> done) {
    auto inquiry = std::make_unique<TargetInquiry>();
    auto probe = startTargetProbe(inquiry->clock, target, timeout, std::move(done));
    if (!probe) return probe.error();
    inquiry->probe = std::move(*probe);
    return std::unique_ptr<Inquiry>(std::move(inquiry));
}

std::unique_ptr<Inquiry> previewWorkload(const WorkloadOptions& options, std::function<void(std::uint64_t, std::uint64_t)> progress,
                                         std::function<void(Result<WorkloadPreview>)> done) {
    return std::make_unique<WorkloadInquiry>(options, std::move(progress), std::move(done));
}

} // namespace penstock
