#pragma once

namespace penstock::console {

/// What the environment and the command line say about where windows can go.
enum class Display {
    Given, ///< a display server, or a platform that somebody chose
    None,  ///< neither: Qt would end the program without a word about what to do
};

Display displayOf(int argc, char** argv);

} // namespace penstock::console
