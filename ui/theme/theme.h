#pragma once

#include <QColor>
#include <QFont>
#include <QObject>

namespace penstock::ui {

/// What a colour is for. Widgets name the purpose; the theme knows the colour.
enum class ColorRole {
    Window,     ///< behind everything
    Panel,      ///< cards, charts, tables
    Raised,     ///< fields and buttons on a panel
    Border,
    Text,
    TextMuted,
    Accent,     ///< the main action, selection, focus
    AccentText, ///< on Accent
    Good,
    Warn,       ///< also the word *simulated*
    Bad,
    Grid,       ///< lines behind a chart
    Marker,     ///< where a knob was turned
    // Series: Okabe and Ito's colours, which colour-blind readers can tell apart, deepened for the light theme
    Blue,
    Green,
    Orange,
    Purple,
    Pink,
    Yellow,
    Vermilion,
    Grey,
};

/// The size and weight that a text has by its purpose.
enum class FontRole {
    Body,
    Small,       ///< captions, axis labels
    Strong,      ///< titles of cards
    Figure,      ///< a key figure
    FigureLarge, ///< the key figure
    Mono,        ///< text of prompts and answers
};

/// Light and dark, for the whole program. Lives in the GUI thread. Sizes are in points and follow the system's font.
class Theme final : public QObject {
    Q_OBJECT

public:
    enum class Mode { System, Light, Dark };

    /// The program's one theme; made when first asked for, after the QApplication.
    static Theme& instance();

    Mode mode() const { return mode_; }
    /// Repaints the whole program and emits changed().
    void setMode(Mode mode);
    bool dark() const { return dark_; }

    QColor color(ColorRole role) const;
    /// The same, thinned: `alpha` 0..1.
    QColor color(ColorRole role, double alpha) const;
    /// `scale` is 1, or larger in presentation mode.
    QFont font(FontRole role, double scale = 1) const;

Q_SIGNALS:
    void changed();

private:
    Theme();
    bool eventFilter(QObject* watched, QEvent* event) override;
    void apply();
    static bool systemIsDark();

    Mode mode_ = Mode::System;
    bool dark_ = false;
    bool applying_ = false;
};

} // namespace penstock::ui
