#include "engine/run/deadline_scanner.h"

#include <utility>
#include <vector>

namespace penstock {

DeadlineScanner::Watch::Watch(Watch&& other) noexcept
    : scanner_(std::exchange(other.scanner_, nullptr))
    , id_(other.id_) {}

DeadlineScanner::Watch& DeadlineScanner::Watch::operator=(Watch&& other) noexcept {
    if (this != &other) {
        end();
        scanner_ = std::exchange(other.scanner_, nullptr);
        id_ = other.id_;
    }
    return *this;
}

void DeadlineScanner::Watch::sooner() {
    if (scanner_ == nullptr) return;
    auto& entry = scanner_->entries_.at(id_);
    const auto due = entry.subject->nextDue();
    if (due && (!entry.recorded || *due < *entry.recorded)) {
        scanner_->record(id_, entry, due);
        scanner_->arm();
    }
}

void DeadlineScanner::Watch::end() {
    if (auto* scanner = std::exchange(scanner_, nullptr)) scanner->forget(id_);
}

DeadlineScanner::DeadlineScanner(const Clock& clock)
    : clock_(clock)
    , alarm_(clock.makeAlarm([this] { scan(); })) {}

DeadlineScanner::Watch DeadlineScanner::watch(Subject& subject) {
    const auto id = nextId_++;
    auto& entry = entries_.emplace(id, Entry{&subject, std::nullopt}).first->second;
    record(id, entry, subject.nextDue());
    arm();
    return Watch(*this, id);
}

void DeadlineScanner::record(std::uint64_t id, Entry& entry, std::optional<Instant> due) {
    if (entry.recorded) order_.erase({*entry.recorded, id});
    entry.recorded = due;
    if (due) order_.emplace(*due, id);
}

void DeadlineScanner::forget(std::uint64_t id) {
    const auto it = entries_.find(id);
    if (it->second.recorded) order_.erase({*it->second.recorded, id});
    entries_.erase(it);
    // The alarm stays where it is: waking once for nothing costs less than moving it at the end of each request.
}

void DeadlineScanner::arm() {
    if (scanning_ || order_.empty()) return;
    const auto first = order_.begin()->first;
    if (armed_ && *armed_ <= first) return;
    armed_ = first;
    alarm_->setDue(first);
}

void DeadlineScanner::scan() {
    armed_.reset();
    scanning_ = true;
    const auto now = clock_.now();
    std::vector<std::uint64_t> reached;
    for (const auto& [due, id] : order_) {
        if (due > now) break;
        reached.push_back(id);
    }
    for (const auto id : reached) {
        auto it = entries_.find(id);
        if (it == entries_.end()) continue; // gone since: another subject's end took it along
        const auto due = it->second.subject->nextDue();
        if (due && *due <= now) {
            it->second.subject->onDue(now);
            it = entries_.find(id);
            if (it == entries_.end()) continue;
        }
        record(id, it->second, it->second.subject->nextDue());
    }
    scanning_ = false;
    arm();
}

} // namespace penstock
