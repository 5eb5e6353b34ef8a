#include "ui/tables/request_cells.h"

#include "ui/format/figures.h"
#include "ui/tables/outcome_words.h"
#include "ui/tables/plain_text.h"

#include <QCoreApplication>

namespace penstock::ui {

namespace {

QString say(const char* words) {
    return QCoreApplication::translate("Requests", words);
}

const QString dash = QStringLiteral("\u2013");

std::optional<double> between(std::optional<double> from, std::optional<double> to) {
    if (!from || !to) return std::nullopt;
    return *to - *from;
}

/// A part's line, left out when the part was not reached.
void part(QString& out, const char* name, std::optional<double> length) {
    if (length) out += QStringLiteral("\n  %1 %2").arg(say(name), durationText(length));
}

} // namespace

QString secondsCell(std::optional<double> seconds) {
    return seconds ? QString::number(*seconds, 'f', *seconds < 100 ? 3 : 1) : dash;
}

QString requestHeading(RequestColumn column) {
    switch (column) {
    case RequestColumn::Request:
        return say("Request");
    case RequestColumn::Prompt:
        return say("Prompt");
    case RequestColumn::Outcome:
        return say("Outcome");
    case RequestColumn::Status:
        return say("Status");
    case RequestColumn::FirstToken:
        return say("TTFT s");
    case RequestColumn::InFlight:
        return say("In flight s");
    case RequestColumn::Tokens:
        return say("Tokens");
    case RequestColumn::Attempts:
        return say("Attempts");
    case RequestColumn::Waterfall:
        return say("Waterfall");
    }
    return {};
}

QString requestDefinition(RequestColumn column) {
    switch (column) {
    case RequestColumn::Request:
        return say("The request's custom id, by which its answer is found in results.jsonl. Click to sort.");
    case RequestColumn::Prompt:
        return say("The beginning of the last user message.");
    case RequestColumn::Outcome:
        return say("How the request ended, or what it does now. Click to sort.");
    case RequestColumn::Status:
        return say("The HTTP status of the last attempt.");
    case RequestColumn::FirstToken:
        return say("Time to first token of the last attempt: sent \u2192 first content, in seconds. Click to sort.");
    case RequestColumn::InFlight:
        return say("How long the last attempt held its slot: admitted \u2192 released, in seconds. Click to sort.");
    case RequestColumn::Tokens:
        return say("Output tokens; ~ where they were counted from events, not reported. Click to sort.");
    case RequestColumn::Attempts:
        return say("How often it was sent. Click to sort.");
    case RequestColumn::Waterfall:
        return say("Where the time went, to one scale for the rows in view. Click to sort by when the request ended.");
    }
    return {};
}

QString requestCell(const RequestRow& row, RequestColumn column) {
    switch (column) {
    case RequestColumn::Request:
        return plainLine(row.customId, 200);
    case RequestColumn::Prompt:
        return plainLine(row.prompt, 200);
    case RequestColumn::Outcome: {
        const auto words = outcomeSymbol(row.outcome) + QLatin1Char(' ') + outcomeWords(row.outcome);
        return row.outcome == OutcomeKind::Success && row.attempts.size() > 1 ? say("%1 after retry").arg(words)
                                                                              : words;
    }
    case RequestColumn::Status:
        return row.status > 0 ? QString::number(row.status) : dash;
    case RequestColumn::FirstToken:
        return secondsCell(row.tFirstToken);
    case RequestColumn::InFlight:
        return secondsCell(row.tInFlight);
    case RequestColumn::Tokens:
        if (!row.outputTokens || row.usageKind == UsageKind::Unknown) return dash;
        return (row.usageKind == UsageKind::Estimated ? QStringLiteral("~") : QString()) +
               countText(static_cast<std::uint64_t>(std::max<std::int64_t>(0, *row.outputTokens)));
    case RequestColumn::Attempts:
        return row.attempts.empty() ? dash : countText(row.attempts.size());
    case RequestColumn::Waterfall:
        return {};
    }
    return {};
}

QString requestCell(const ActiveRequest& row, bool ended, RequestColumn column, double now) {
    using Stage = ActiveRequest::Stage;
    switch (column) {
    case RequestColumn::Request:
        return plainLine(row.customId, 200);
    case RequestColumn::Prompt:
        return dash;
    case RequestColumn::Outcome:
        if (ended) return QStringLiteral("\u25cc ") + say("ended, being recorded");
        if (row.stage == Stage::BackingOff && row.retryAt && *row.retryAt > now)
            return stageSymbol(row.stage) + QLatin1Char(' ') +
                   say("backing off, %1 s left").arg(QString::number(*row.retryAt - now, 'f', 1));
        return stageSymbol(row.stage) + QLatin1Char(' ') + stageWords(row.stage);
    case RequestColumn::Status:
        return dash;
    case RequestColumn::FirstToken:
        return secondsCell(between(row.sent, row.firstToken));
    case RequestColumn::InFlight:
        return ended || row.stage == Stage::BackingOff
                   ? dash
                   : secondsCell(between(row.admitted, std::max(now, row.admitted.value_or(now))));
    case RequestColumn::Tokens:
        return row.contentEvents > 0 ? QLatin1Char('~') + countText(row.contentEvents) : dash;
    case RequestColumn::Attempts:
        return countText(static_cast<std::uint64_t>(std::max(1, row.attempt)));
    case RequestColumn::Waterfall:
        return {};
    }
    return {};
}

QString waterfallWords(const RequestRow& row) {
    QString out;
    std::optional<double> before;
    for (const auto& each : row.attempts) {
        if (!out.isEmpty()) out += QLatin1Char('\n');
        if (const auto pause = between(before, each.queued))
            out += say("back-off %1").arg(durationText(pause)) + QLatin1Char('\n');
        out += say("Attempt %1: %2").arg(each.attempt).arg(outcomeWords(each.outcome));
        if (each.status > 0) out += QStringLiteral(" (%1)").arg(each.status);
        part(out, "queue", between(each.queued, each.admitted));
        part(out, "admitted to sent", between(each.admitted, each.sent));
        if (each.connect > 0) part(out, "of it opening a connection", each.connect);
        part(out, "first token", between(each.sent, each.firstToken));
        part(out, "stream", between(each.firstToken, each.lastToken));
        part(out, "post", between(each.lastToken, each.completed));
        part(out, "in flight", between(each.admitted, each.released));
        if (!each.message.empty()) out += QStringLiteral("\n  ") + plainLine(each.message, 300);
        before = each.completed;
    }
    return out;
}

QString waterfallWords(const ActiveRequest& row, double now) {
    QString out = say("Attempt %1: %2").arg(row.attempt).arg(stageWords(row.stage));
    part(out, "queue", between(row.queued, row.admitted));
    part(out, "admitted to sent", between(row.admitted, row.sent));
    part(out, "first token", between(row.sent, row.firstToken));
    if (row.stage == ActiveRequest::Stage::Streaming) part(out, "stream so far", between(row.firstToken, now));
    return out;
}

} // namespace penstock::ui
