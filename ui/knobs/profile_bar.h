#pragma once

#include "ui/knobs/profile_list.h"

#include <QWidget>

class QAction;
class QComboBox;
class QToolButton;

namespace penstock::ui {

/// Which profile the knobs have, with saving, deleting and importing.
class ProfileBar final : public QWidget {
    Q_OBJECT

public:
    explicit ProfileBar(ProfileList& profiles, QWidget* parent = nullptr);

    /// `name`: the profile that the knobs are, or were before they were edited; empty: none.
    void show(const QString& name, bool edited);
    void setReadOnly(bool on);
    QComboBox* combo() const { return combo_; }

Q_SIGNALS:
    void chosen(const Profile& profile);
    void saveAsked(const QString& name);

private:
    void fill();
    void askName();
    void askImport();
    void askDelete();

    ProfileList& profiles_;
    QComboBox* combo_;
    QToolButton* more_;
    QAction* delete_ = nullptr;
    QString name_;
    bool edited_ = false;
};

} // namespace penstock::ui
