#pragma once

#include <QDialog>

#include <vector>

class QAction;

namespace penstock::ui {

/// Every action that has a shortcut, with its keys, searchable.
class ShortcutsDialog final : public QDialog {
    Q_OBJECT

public:
    explicit ShortcutsDialog(const std::vector<const QAction*>& actions, QWidget* parent = nullptr);
};

} // namespace penstock::ui
