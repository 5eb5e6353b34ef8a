#pragma once

#include <cstddef>

namespace penstock::test {

/// How often operator new was called in this process so far, by any thread. Counts only in executables that link
/// penstock_allocation_count, which replaces the operators.
std::size_t allocationCount();

} // namespace penstock::test
