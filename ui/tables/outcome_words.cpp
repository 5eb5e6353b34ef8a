#include "ui/tables/outcome_words.h"

#include <QCoreApplication>

namespace penstock::ui {

namespace {

QString say(const char* words) {
    return QCoreApplication::translate("Outcome", words);
}

} // namespace

QString outcomeWords(OutcomeKind kind) {
    switch (kind) {
    case OutcomeKind::Success:
        return say("ok");
    case OutcomeKind::Rejected:
        return say("rejected");
    case OutcomeKind::Throttled:
        return say("throttled");
    case OutcomeKind::ServerError:
        return say("server error");
    case OutcomeKind::ConnectFailed:
        return say("no connection");
    case OutcomeKind::TlsFailed:
        return say("TLS failed");
    case OutcomeKind::StaleConnection:
        return say("stale connection");
    case OutcomeKind::ConnectionLost:
        return say("connection lost");
    case OutcomeKind::ConnectTimeout:
        return say("connect timeout");
    case OutcomeKind::FirstTokenTimeout:
        return say("first token timeout");
    case OutcomeKind::IdleTimeout:
        return say("idle timeout");
    case OutcomeKind::AttemptTimeout:
        return say("attempt timeout");
    case OutcomeKind::DeadlineExceeded:
        return say("deadline exceeded");
    case OutcomeKind::CutStream:
        return say("cut stream");
    case OutcomeKind::ErrorEvent:
        return say("error in stream");
    case OutcomeKind::NotAStream:
        return say("not a stream");
    case OutcomeKind::TooLarge:
        return say("too large");
    case OutcomeKind::RefusedStream:
        return say("refused stream");
    case OutcomeKind::CancelledByUser:
        return say("cancelled");
    case OutcomeKind::CancelledUpstream:
        return say("parent failed");
    case OutcomeKind::Shed:
        return say("shed");
    }
    return {};
}

QString outcomeSymbol(OutcomeKind kind) {
    switch (kind) {
    case OutcomeKind::Success:
        return QStringLiteral("\u2713");
    case OutcomeKind::CancelledByUser:
    case OutcomeKind::CancelledUpstream:
    case OutcomeKind::Shed:
        return QStringLiteral("\u2298");
    default:
        return QStringLiteral("\u2715");
    }
}

ColorRole outcomeColor(OutcomeKind kind) {
    switch (kind) {
    case OutcomeKind::Success:
        return ColorRole::Good;
    case OutcomeKind::CancelledByUser:
    case OutcomeKind::CancelledUpstream:
    case OutcomeKind::Shed:
        return ColorRole::Warn;
    default:
        return ColorRole::Bad;
    }
}

QString stageWords(ActiveRequest::Stage stage) {
    switch (stage) {
    case ActiveRequest::Stage::Connecting:
        return say("connecting");
    case ActiveRequest::Stage::AwaitingToken:
        return say("awaiting token");
    case ActiveRequest::Stage::Streaming:
        return say("streaming");
    case ActiveRequest::Stage::BackingOff:
        return say("backing off");
    }
    return {};
}

QString stageSymbol(ActiveRequest::Stage stage) {
    return stage == ActiveRequest::Stage::BackingOff  ? QStringLiteral("\u21bb")
           : stage == ActiveRequest::Stage::Streaming ? QStringLiteral("\u25b8")
                                                      : QStringLiteral("\u25cb");
}

} // namespace penstock::ui
