#pragma once

#include "engine/base/result.h"
#include "engine/base/workload_options.h"

#include <QString>

namespace penstock::ui {

/// What a person chose to ask, remembered between two starts.
struct WorkloadForm {
    enum class Source { Sample, File, Synthetic };

    Source source = Source::Sample;
    QString path; ///< Source::File
    WorkloadFormat format = WorkloadFormat::Auto;
    int limit = 0;     ///< lines; 0: all
    int maxTokens = 0; ///< where a line names none; 0: the server's own
    bool loop = true;  ///< until stopped
    bool skipBadLines = false;
    int syntheticRequests = 500, syntheticWords = 120, syntheticTokens = 128;

    static WorkloadForm load();
    void save() const;
    QString name() const; ///< as the window says it
};

/// The form that describes the workload in use, so that the dialog shows it: of `saved` only what the options do not tell.
/// `folder`: where the sample and synthetic workloads are kept.
WorkloadForm formOf(const WorkloadOptions& options, const WorkloadForm& saved, const QString& folder);

/// The options that the form describes. The sample and a synthetic workload are written into `folder` first, where they are
/// not there already. An Error is one sentence.
Result<WorkloadOptions> workloadOf(const WorkloadForm& form, const QString& folder);

} // namespace penstock::ui
