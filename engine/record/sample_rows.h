#pragma once

#include "engine/base/result.h"
#include "engine/base/snapshot.h"
#include "engine/record/row_writer.h"

#include <QSqlQuery>

#include <string>

namespace penstock::record {

// The columns of `samples` that stand for fields of a Snapshot, written and read in one order.

/// The columns' names, separated by commas; `retries_by_cause` first.
std::string sampleColumns();
/// As many question marks.
std::string samplePlaces();
void bindSample(RowWriter& row, const Snapshot& snapshot);
/// From column `first` on of the present row. What the file does not hold stays empty.
Snapshot readSample(const QSqlQuery& row, int first);

} // namespace penstock::record
