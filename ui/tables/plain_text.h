#pragma once

#include <QString>

#include <cstddef>
#include <string_view>

namespace penstock::ui {

// What comes from a server or a file, made safe to show. The text stays text: nothing in it is taken for markup, moves
// the cursor, reverses the line or hides itself.

/// `utf8` with control characters shown as their pictures (U+2400...), characters that turn the direction of writing or
/// are invisible shown by their numbers (⟦U+202E⟧), and invalid bytes as U+FFFD. Line ends become \n and tabs stay. At
/// most `maxBytes` of it, whole characters only; what is left out is told at the end.
QString plainText(std::string_view utf8, std::size_t maxBytes = 1u << 20);

/// The same on one line: line ends and tabs become blanks. Cut with an ellipsis.
QString plainLine(std::string_view utf8, std::size_t maxBytes = 512);

/// `plain` for a tooltip, whose widget would otherwise guess whether a text is HTML.
QString toolTipOf(const QString& plain);

/// Of text that is still coming in: the longest prefix with at most `maxBytes` that ends with a whole character. Unlike utf8Head()
/// it leaves a character for later whose rest is not there yet.
std::string_view wholeCharacters(std::string_view utf8, std::size_t maxBytes);

} // namespace penstock::ui
