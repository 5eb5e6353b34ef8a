#include "engine/base/mailbox.h"
#include "engine/workload/dialogues.h"
#include "engine/workload/read_ahead.h"
#include "engine/workload/source.h"
#include "engine/workload/workload_input.h"

namespace penstock {

namespace {

class FileSource final : public RequestSource {
public:
    FileSource(const WorkloadOptions& options, const WorkloadCheck& check, WorkloadInput input)
        : options_(options)
        , dialogues_(options_)
        , reader_(std::move(input), options_, check,
                  [poster = mailbox_.poster(), this] { poster([this] { ready(); }); }) {}

    Next next() override {
        auto taken = reader_.take();
        if (auto* item = std::get_if<ReadItem>(&taken)) {
            if (item->dialogue) dialogues_.wait(item->request.id, std::move(*item->dialogue));
            return std::move(item->request);
        }
        if (std::holds_alternative<ReadAhead::NotYet>(taken)) return NotYet{};
        if (std::holds_alternative<ReadAhead::End>(taken)) return End{};
        return std::get<Error>(taken);
    }

    void setOnReady(std::function<void()> onReady) override { onReady_ = std::move(onReady); }

    std::optional<Request> finished(RequestId id, const Completion* answer) override {
        return dialogues_.finished(id, answer);
    }

private:
    void ready() {
        // A copy: the callback may replace itself or end this source.
        const auto call = onReady_;
        if (call) call();
    }

    const WorkloadOptions options_;
    Dialogues dialogues_;
    std::function<void()> onReady_;
    Mailbox mailbox_;
    ReadAhead reader_; ///< last: its thread ends before the mailbox goes
};

} // namespace

Result<std::unique_ptr<RequestSource>> openWorkload(const WorkloadOptions& options, const WorkloadCheck& check) {
    auto input = WorkloadInput::openFile(workloadFile(options));
    if (!input) return input.error();
    // Growth is seen here at the latest; what is appended later is not read.
    const bool sameSize = options.limit ? input->size() >= check.bytes : input->size() == check.bytes;
    if (!sameSize)
        return Error{workloadLabel(options) +
                     " has changed since it was checked: put it back as it was and resume, or start a new run"};
    return std::unique_ptr<RequestSource>(std::make_unique<FileSource>(options, check, std::move(*input)));
}

} // namespace penstock
