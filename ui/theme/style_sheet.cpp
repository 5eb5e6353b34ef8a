#include "ui/theme/style_sheet.h"

#include "ui/theme/theme.h"

#include <QHash>

namespace penstock::ui {

namespace {

constexpr const char* rules = R"(
QToolTip { background: @panel; color: @text; border: 1px solid @border; padding: 6px; }
QMainWindow, QDialog { background: @window; }
QMainWindow::separator { background: @border; width: 1px; height: 1px; }
QMenuBar { background: @window; padding: 2px 6px; }
QMenuBar::item { padding: 4px 10px; border-radius: 4px; }
QMenuBar::item:selected { background: @raised; }
QMenu { background: @panel; border: 1px solid @border; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 24px; border-radius: 4px; }
QMenu::item:selected { background: @accent; color: @accentText; }
QMenu::item:disabled { color: @disabled; }
QMenu::separator { height: 1px; background: @border; margin: 4px 8px; }
QStatusBar { background: @window; color: @muted; border-top: 1px solid @border; }
QStatusBar::item { border: none; }
QLabel[muted="true"] { color: @muted; }
QLabel[problem="true"] { color: @bad; }
QLabel[badge="true"] { color: @warn; border: 1px solid @warn; border-radius: 6px; padding: 2px 8px; }
QCheckBox, QRadioButton { spacing: 7px; }
QCheckBox::indicator, QRadioButton::indicator { width: 13px; height: 13px; border: 1px solid @muted; background: @panel; }
QCheckBox::indicator { border-radius: 3px; }
QRadioButton::indicator { border-radius: 7px; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border: 1px solid @accent; }
QCheckBox::indicator:checked { border: 1px solid @accent; background: @accent; image: url(:/icons/check.svg); }
QRadioButton::indicator:checked { border: 4px solid @accent; width: 7px; height: 7px; background: @accentText; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: @disabled; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QComboBox:disabled, QLineEdit:disabled, QAbstractSpinBox:disabled { color: @disabled; background: transparent; }
QFrame[card="true"] { background: @panel; border: 1px solid @border; border-radius: 8px; }
QPushButton, QToolButton { background: @raised; color: @text; border: 1px solid @border; border-radius: 6px; padding: 5px 14px; }
QToolButton { padding: 4px 8px; }
QPushButton:hover, QToolButton:hover { border-color: @accent; }
QPushButton:pressed, QToolButton:pressed { background: @border; }
QPushButton:focus, QToolButton:focus { border: 2px solid @accent; padding: 4px 13px; }
QToolButton:focus { padding: 3px 7px; }
QPushButton:disabled, QToolButton:disabled { color: @disabled; background: transparent; }
QPushButton[primary="true"] { background: @accent; color: @accentText; border-color: @accent; font-weight: 600; }
QPushButton[primary="true"]:hover { background: @accentHover; }
QPushButton[primary="true"]:focus { border: 2px solid @text; }
QPushButton[primary="true"]:disabled { background: @raised; color: @disabled; border-color: @border; }
QToolButton[primary="true"] { background: @accent; color: @accentText; border-color: @accent; font-weight: 600; }
QToolButton[primary="true"]:hover { background: @accentHover; }
QToolButton[primary="true"]:focus { border: 2px solid @text; }
QToolButton[primary="true"]:disabled { background: @raised; color: @disabled; border-color: @border; }
QToolButton[flat="true"], QPushButton[flat="true"] { background: transparent; border-color: transparent; }
QToolButton[flat="true"]:hover, QPushButton[flat="true"]:hover { background: @raised; }
QToolButton[flat="true"]:focus, QPushButton[flat="true"]:focus { border: 2px solid @accent; }
QToolButton:checked { background: @accent; color: @accentText; border-color: @accent; }
QToolButton::menu-indicator { image: none; }
QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit, QTextEdit {
  background: @panel; color: @text; border: 1px solid @border; border-radius: 5px; padding: 3px 6px;
  selection-background-color: @accent; selection-color: @accentText; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus { border: 1px solid @accent; }
QLineEdit[problem="true"], QAbstractSpinBox[problem="true"], QComboBox[problem="true"] { border: 1px solid @bad; }
QComboBox { padding-right: 20px; }
QComboBox::drop-down { subcontrol-origin: padding; subcontrol-position: center right; width: 18px; border: none; }
QComboBox::down-arrow { image: url(@chevron); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: @panel; border: 1px solid @border; selection-background-color: @accent; selection-color: @accentText; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: @border; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: @accent; }
QSlider::handle:horizontal { width: 10px; height: 10px; margin: -5px 0; border-radius: 7px; background: @panel; border: 2px solid @accent; }
QSlider::handle:horizontal:focus { background: @accent; border-color: @text; }
QSlider::sub-page:horizontal:disabled { background: @border; }
QProgressBar { background: @border; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; text-align: center; color: transparent; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }
QTabWidget::pane { border: none; border-top: 1px solid @border; background: @panel; }
QTabBar { background: transparent; }
QTabBar::tab { padding: 7px 16px; color: @muted; background: transparent; border-top-left-radius: 6px; border-top-right-radius: 6px; margin-right: 2px; }
QTabBar::tab:selected { color: @text; background: @raised; font-weight: 600; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:focus { border: 1px solid @accent; }
QTableView, QTreeView, QListView { background: @panel; alternate-background-color: @window; border: none; gridline-color: @grid;
  selection-background-color: @selection; selection-color: @text; outline: none; }
QTableView::item:focus, QTreeView::item:focus { border: 1px solid @accent; }
QHeaderView { background: @panel; }
QHeaderView::section { background: @panel; color: @muted; border: none; border-bottom: 1px solid @border; padding: 6px 8px; font-weight: 500; }
QTableCornerButton::section { background: @panel; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @border; border-radius: 4px; min-height: 28px; min-width: 28px; margin: 1px; }
QScrollBar::handle:hover { background: @muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QScrollArea { border: none; background: transparent; }
QSplitter::handle { background: @border; }
QGroupBox { border: 1px solid @border; border-radius: 8px; margin-top: 10px; padding-top: 8px; }
QGroupBox::title { subcontrol-origin: margin; left: 10px; padding: 0 4px; color: @muted; }
QDockWidget { titlebar-close-icon: none; }
QDockWidget::title { background: @window; padding: 6px 8px; color: @muted; }
)";

} // namespace

QString styleSheet(const Theme& theme) {
    const QHash<QString, QString> words{
        {QStringLiteral("window"), theme.color(ColorRole::Window).name()},
        {QStringLiteral("panel"), theme.color(ColorRole::Panel).name()},
        {QStringLiteral("raised"), theme.color(ColorRole::Raised).name()},
        {QStringLiteral("border"), theme.color(ColorRole::Border).name()},
        {QStringLiteral("text"), theme.color(ColorRole::Text).name()},
        {QStringLiteral("muted"), theme.color(ColorRole::TextMuted).name()},
        {QStringLiteral("disabled"), theme.color(ColorRole::TextMuted, 0.55).name(QColor::HexArgb)},
        {QStringLiteral("accent"), theme.color(ColorRole::Accent).name()},
        {QStringLiteral("accentHover"), theme.color(ColorRole::Accent).lighter(112).name()},
        {QStringLiteral("accentText"), theme.color(ColorRole::AccentText).name()},
        {QStringLiteral("selection"), theme.color(ColorRole::Accent, theme.dark() ? 0.25 : 0.14).name(QColor::HexArgb)},
        {QStringLiteral("warn"), theme.color(ColorRole::Warn).name()},
        {QStringLiteral("bad"), theme.color(ColorRole::Bad).name()},
        {QStringLiteral("chevron"), theme.dark() ? QStringLiteral(":/icons/chevron_dark.svg") : QStringLiteral(":/icons/chevron_light.svg")},
        {QStringLiteral("grid"), theme.color(ColorRole::Grid).name()},
    };
    QString sheet;
    const QString text = QString::fromLatin1(rules);
    for (qsizetype at = 0; at < text.size();) {
        if (text[at] != QLatin1Char('@')) {
            sheet += text[at++];
            continue;
        }
        qsizetype end = ++at;
        while (end < text.size() && text[end].isLetter()) ++end;
        sheet += words.value(text.mid(at, end - at));
        at = end;
    }
    return sheet;
}

} // namespace penstock::ui
