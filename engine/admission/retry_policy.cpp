#include "engine/admission/retry_policy.h"

#include "engine/admission/backoff.h"

#include <random>

namespace penstock {

namespace {

std::string seconds(Nanos wait) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3g s", toSeconds(wait));
    return text;
}

class AttemptsPolicy final : public RetryPolicy {
public:
    explicit AttemptsPolicy(std::uint64_t seed)
        : random_(seed) {}

    RetryDecision decide(const RetryQuestion& question, const Knobs& knobs) override {
        const auto& outcome = question.outcome;
        if (!isRetryable(outcome)) return {};
        if (question.attempts >= knobs.maxAttempts) {
            if (knobs.maxAttempts == 1) return {};
            return {std::nullopt, "given up after " + std::to_string(question.attempts) + " attempts"};
        }
        Nanos wait{0};
        if (outcome.kind != OutcomeKind::StaleConnection)
            wait = backoffWait(question.attempts, knobs, std::uniform_real_distribution<double>(0, 1)(random_));
        if (outcome.retryAfter) {
            if (*outcome.retryAfter > knobs.retryAfterMax)
                return {std::nullopt, "the server asks to wait " + seconds(*outcome.retryAfter) + ", beyond retry-after-max"};
            // The jitter is added: those who were told the same time must not come back in the same instant.
            wait += *outcome.retryAfter;
        }
        if (question.now + wait >= question.firstAdmitted + knobs.deadline)
            return {std::nullopt, "the next attempt would start after the request's deadline"};
        return {wait, {}};
    }

private:
    std::mt19937_64 random_;
};

} // namespace

std::unique_ptr<RetryPolicy> makeAttemptsPolicy(std::uint64_t seed) { return std::make_unique<AttemptsPolicy>(seed); }

} // namespace penstock
