#pragma once

#include <string>
#include <vector>

namespace penstock::record {

/// The run file that `path` means: itself, or the one in the folder that it names.
std::string runFileAt(const std::string& path);

/// Files `*.penstock` in `folders` and two levels below, newest first by their last change, at most `most`. Folders that
/// cannot be read hold none; links to folders are not followed.
std::vector<std::string> runFilesBelow(const std::vector<std::string>& folders, std::size_t most);

} // namespace penstock::record
