#include "ui/knobs/profile_bar.h"

#include "engine/base/profile.h"

#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QLabel>
#include <QMenu>
#include <QMessageBox>
#include <QSignalBlocker>
#include <QToolButton>

namespace penstock::ui {

ProfileBar::ProfileBar(ProfileList& profiles, QWidget* parent)
    : QWidget(parent)
    , profiles_(profiles)
    , combo_(new QComboBox(this))
    , more_(new QToolButton(this)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(10, 0, 10, 0);
    auto* label = new QLabel(tr("Profile"), this);
    label->setProperty("muted", true);
    label->setBuddy(combo_);
    row->addWidget(label);
    combo_->setObjectName(QStringLiteral("profile"));
    combo_->setAccessibleName(tr("Profile"));
    combo_->setToolTip(tr("A named setting of all knobs. Choosing one is one step of undo; cost and prices that it does not name stay."));
    combo_->setMinimumContentsLength(8);
    combo_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    row->addWidget(combo_, 1);
    more_->setText(QStringLiteral("\u22ef"));
    more_->setObjectName(QStringLiteral("profile-more"));
    more_->setProperty("flat", true);
    more_->setAccessibleName(tr("Save, delete or import a profile"));
    more_->setToolTip(tr("Save, delete or import a profile"));
    more_->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(more_);
    menu->addAction(tr("&Save as\u2026"), this, &ProfileBar::askName);
    menu->addAction(tr("&Import\u2026"), this, &ProfileBar::askImport);
    delete_ = menu->addAction(tr("&Delete"), this, &ProfileBar::askDelete);
    more_->setMenu(menu);
    row->addWidget(more_);
    connect(&profiles_, &ProfileList::changed, this, &ProfileBar::fill);
    connect(combo_, &QComboBox::activated, this, [this] {
        const int index = combo_->currentData().toInt();
        if (index < 0) return;
        const Profile profile = profiles_.all()[static_cast<std::size_t>(index)];
        Q_EMIT chosen(profile);
    });
    fill();
}

void ProfileBar::show(const QString& name, bool edited) {
    if (name == name_ && edited == edited_) return;
    name_ = name;
    edited_ = edited;
    fill();
}

void ProfileBar::setReadOnly(bool on) {
    combo_->setEnabled(!on);
}

void ProfileBar::fill() {
    const QSignalBlocker quiet(combo_);
    combo_->clear();
    int current = -1;
    bool own = false;
    const auto& all = profiles_.all();
    for (std::size_t index = 0; index < all.size(); ++index) {
        if (index > 0 && all[index - 1].builtIn && !all[index].builtIn) combo_->insertSeparator(combo_->count());
        combo_->addItem(all[index].name, static_cast<int>(index));
        if (all[index].name != name_) continue;
        own = !all[index].builtIn;
        if (!edited_) current = combo_->count() - 1;
    }
    if (current < 0) {
        combo_->insertItem(0, name_.isEmpty() ? tr("Own setting") : tr("%1, edited").arg(name_), -1);
        current = 0;
    }
    combo_->setCurrentIndex(current);
    delete_->setEnabled(own);
    delete_->setText(own ? tr("&Delete %1").arg(name_) : tr("&Delete"));
}

void ProfileBar::askName() {
    auto* dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Save profile"));
    dialog->setLabelText(tr("Name. penstock-cli --profile reads the file, in\n%1").arg(profiles_.folder()));
    const bool own = delete_->isEnabled();
    dialog->setTextValue(own ? name_ : QString());
    connect(dialog, &QInputDialog::textValueSelected, this, [this](const QString& typed) {
        const QString name = typed.trimmed();
        if (const auto fits = checkProfileName(name.toStdString()); !fits)
            return Q_EMIT profiles_.problem(QString::fromStdString(fits.error().message));
        Q_EMIT saveAsked(name);
    });
    dialog->open();
}

void ProfileBar::askImport() {
    auto* dialog = new QFileDialog(this, tr("Import profile"), QString(), tr("Profiles (*.json)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, &profiles_, &ProfileList::import);
    dialog->open();
}

void ProfileBar::askDelete() {
    auto* box = new QMessageBox(QMessageBox::Question, tr("Delete profile"), tr("Delete the profile %1? The knobs stay as they are.").arg(name_),
                                QMessageBox::Cancel, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    auto* yes = box->addButton(tr("&Delete"), QMessageBox::DestructiveRole);
    connect(yes, &QAbstractButton::clicked, this, [this, name = name_] { profiles_.remove(name); });
    box->open();
}

} // namespace penstock::ui
