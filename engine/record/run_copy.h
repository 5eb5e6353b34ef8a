#pragma once

#include "engine/record/run_export.h"

namespace penstock::record {

/// Copies the run file as it stands at one moment, table by table, into one whole file at `path`.
Status copyRunFile(const RunFile& file, const std::string& path, const Pace& pace);

} // namespace penstock::record
