#pragma once

namespace penstock::cli {

/// What the programs tell the shell; CONTRACT of the command line.
enum ExitStatus {
    exitSuccess = 0,     ///< every request succeeded
    exitSomeFailed = 1,  ///< some did not
    exitBadInput = 2,    ///< bad usage or bad input; the reason is on stderr
    exitNoTarget = 3,    ///< the target could not be used at all
    exitInterrupted = 130, ///< ended by a person; everything finished so far is kept
};

} // namespace penstock::cli
