#pragma once

#include "engine/base/result.h"
#include "engine/base/target.h"

#include <QString>

namespace penstock::ui {

/// What a person fills in about a target, and what is remembered of it between two starts. Never holds the key itself.
struct TargetForm {
    enum class KeySource { None, Keychain, Environment };

    bool simulated = true;
    QString baseUrl, model, headers, caFile; ///< headers: a line each, `Name: value`
    HttpMode http = HttpMode::Auto;
    KeySource keySource = KeySource::None;
    QString keyVariable = QStringLiteral("OPENAI_API_KEY");

    /// Reads and writes the program's settings. Headers that look or sound like a secret are not written.
    static TargetForm load();
    void save() const;
};

/// The form that describes `target`: as it was `saved` when that is the same target, so that the dialog shows what is really in use.
TargetForm formOf(const Target& target, const TargetForm& saved);

/// The Target that the form describes, with `key` where the source is the keychain. An Error is one sentence about the field.
/// Not for the simulated endpoint, whose Target the program gives.
Result<Target> targetOf(const TargetForm& form, const QString& key);

} // namespace penstock::ui
