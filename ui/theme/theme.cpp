#include "ui/theme/theme.h"

#include "ui/theme/style_sheet.h"

#include <QApplication>
#include <QEvent>
#include <QFontDatabase>
#include <QPalette>
#include <QStyleFactory>

#include <array>
#include <utility>

/// The resources of a static library are there only when somebody asks for them; outside of any namespace, as the macro has it.
static void initIcons() { Q_INIT_RESOURCE(icons); }

namespace penstock::ui {

namespace {

struct Pair {
    QRgb light, dark;
};

Pair pairOf(ColorRole role) {
    switch (role) {
    case ColorRole::Window: return {0xfff3f5f8, 0xff14171c};
    case ColorRole::Panel: return {0xffffffff, 0xff1b1f27};
    case ColorRole::Raised: return {0xffedf1f6, 0xff252b36};
    case ColorRole::Border: return {0xffd5dce5, 0xff2d3440};
    case ColorRole::Text: return {0xff10161f, 0xfff0f3f7};
    case ColorRole::TextMuted: return {0xff5a6676, 0xff98a4b5};
    case ColorRole::Accent: return {0xff1f6fd0, 0xff3584e4};
    case ColorRole::AccentText: return {0xffffffff, 0xffffffff};
    case ColorRole::Good: return {0xff007a56, 0xff2ecc9a};
    case ColorRole::Warn: return {0xff9a5b00, 0xfff0a92e};
    case ColorRole::Bad: return {0xffb83210, 0xffff7a4d};
    case ColorRole::Grid: return {0xffe4e9ef, 0xff2a303b};
    case ColorRole::Marker: return {0xff6a7585, 0xffa3aebd};
    case ColorRole::Blue: return {0xff0072b2, 0xff56b4e9};
    case ColorRole::Green: return {0xff007a56, 0xff2ecc9a};
    case ColorRole::Orange: return {0xffb97300, 0xffe69f00};
    case ColorRole::Purple: return {0xff6a51c4, 0xff9b86f0};
    case ColorRole::Pink: return {0xffb0467f, 0xffe07fb4};
    case ColorRole::Yellow: return {0xff9c8c00, 0xfff0e442};
    case ColorRole::Vermilion: return {0xffd55e00, 0xffe8702a};
    case ColorRole::Grey: return {0xff8b96a5, 0xff77828f};
    }
    return {0xff000000, 0xffffffff};
}

QString firstFamily(std::initializer_list<const char*> wanted, QFontDatabase::SystemFont otherwise) {
    const auto families = QFontDatabase::families();
    for (const char* name : wanted)
        if (families.contains(QLatin1String(name))) return QLatin1String(name);
    return QFontDatabase::systemFont(otherwise).family();
}

} // namespace

Theme& Theme::instance() {
    static Theme theme;
    return theme;
}

Theme::Theme() {
    initIcons();
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    dark_ = systemIsDark();
    apply();
    qApp->installEventFilter(this);
}

/// Qt 6.4 does not tell which scheme the system has (QStyleHints::colorScheme() is of 6.5): a dark window colour in the
/// system's own palette does.
bool Theme::systemIsDark() {
    static const bool dark = QPalette().color(QPalette::Window).lightness() < 128;
    return dark;
}

void Theme::setMode(Mode mode) {
    mode_ = mode;
    dark_ = mode == Mode::System ? systemIsDark() : mode == Mode::Dark;
    apply();
    Q_EMIT changed();
}

bool Theme::eventFilter(QObject* watched, QEvent* event) {
    // The platform gave the program another palette: the system was turned to the other scheme.
    if (watched == qApp && event->type() == QEvent::ApplicationPaletteChange && !applying_ && mode_ == Mode::System) {
        const bool dark = QApplication::palette().color(QPalette::Window).lightness() < 128;
        if (dark != dark_) {
            dark_ = dark;
            apply();
            Q_EMIT changed();
        }
    }
    return QObject::eventFilter(watched, event);
}

QColor Theme::color(ColorRole role) const {
    const auto pair = pairOf(role);
    return QColor::fromRgba(dark_ ? pair.dark : pair.light);
}

QColor Theme::color(ColorRole role, double alpha) const {
    QColor color = this->color(role);
    color.setAlphaF(static_cast<float>(alpha));
    return color;
}

QFont Theme::font(FontRole role, double scale) const {
    static const QString sans = firstFamily({"Inter", "Noto Sans", "DejaVu Sans"}, QFontDatabase::GeneralFont);
    static const QString mono = firstFamily({"JetBrains Mono", "DejaVu Sans Mono"}, QFontDatabase::FixedFont);
    QFont font(role == FontRole::Mono ? mono : sans);
    const double base = 9.5 * scale;
    switch (role) {
    case FontRole::Body: font.setPointSizeF(base); break;
    case FontRole::Mono: font.setPointSizeF(base * 0.95); break;
    case FontRole::Small: font.setPointSizeF(base * 0.88); break;
    case FontRole::Strong:
        font.setPointSizeF(base);
        font.setWeight(QFont::DemiBold);
        break;
    case FontRole::Figure:
        font.setPointSizeF(base * 1.65);
        font.setWeight(QFont::DemiBold);
        break;
    case FontRole::FigureLarge:
        font.setPointSizeF(base * 2.7);
        font.setWeight(QFont::DemiBold);
        break;
    }
    return font;
}

void Theme::apply() {
    applying_ = true;
    QPalette palette;
    const auto set = [&](QPalette::ColorRole where, ColorRole what) { palette.setColor(where, color(what)); };
    set(QPalette::Window, ColorRole::Window);
    set(QPalette::WindowText, ColorRole::Text);
    set(QPalette::Base, ColorRole::Panel);
    set(QPalette::AlternateBase, ColorRole::Window);
    set(QPalette::Text, ColorRole::Text);
    set(QPalette::Button, ColorRole::Raised);
    set(QPalette::ButtonText, ColorRole::Text);
    set(QPalette::BrightText, ColorRole::Bad);
    set(QPalette::Highlight, ColorRole::Accent);
    set(QPalette::HighlightedText, ColorRole::AccentText);
    set(QPalette::Link, ColorRole::Accent);
    set(QPalette::ToolTipBase, ColorRole::Panel);
    set(QPalette::ToolTipText, ColorRole::Text);
    set(QPalette::PlaceholderText, ColorRole::TextMuted);
    set(QPalette::Mid, ColorRole::Border);
    set(QPalette::Dark, ColorRole::Border);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, color(ColorRole::TextMuted, 0.6));
    QApplication::setPalette(palette);
    QApplication::setFont(font(FontRole::Body));
    qApp->setStyleSheet(styleSheet(*this));
    applying_ = false;
}

} // namespace penstock::ui
