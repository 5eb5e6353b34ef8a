#pragma once

#include "engine/engine.h"
#include "ui/dialogs/key_store.h"
#include "ui/dialogs/target_form.h"

#include <QDialog>

#include <optional>

class QComboBox;
class QFrame;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QRadioButton;

namespace penstock::ui {

/// Whom to ask. Accepts only what can be a target; remembers it, without the key, in the settings. The key is the owner's to keep.
class TargetDialog final : public QDialog {
    Q_OBJECT

public:
    TargetDialog(TargetForm form, KeyStore& keys, std::function<Result<Target>()> simulated, QWidget* parent = nullptr);
    ~TargetDialog() override;

    /// After accept(): what was chosen.
    TargetForm form() const;
    const Target& target() const { return target_; }
    /// What the keychain is to keep for the form's base URL, empty to forget it: only what a person typed here. nullopt leaves
    /// the keychain as it is, so that a key which could not be read is not lost.
    std::optional<QString> newKey() const;

    void accept() override;

private:
    void build();
    void fill(const TargetForm& form);
    void showSource();
    void readKey();
    void showWaiting();
    void onAddressEdited();
    Result<Target> entered() const;
    void test(bool forModels);
    void onReport(const TargetReport& report, bool forModels);
    void say(const QString& words, bool problem);

    KeyStore& keys_;
    const std::function<Result<Target>()> simulated_;
    Target target_;
    std::unique_ptr<Inquiry> inquiry_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    QString keyOrigin_;      ///< whom the key in the field belongs to: no other host is ever sent it
    bool keyTyped_ = false;  ///< by a person, in this dialog
    int keyReads_ = 0;       ///< the newest question to the keychain
    bool keyAwaited_ = false;
    bool asking_ = false;

    QRadioButton *simulatedChoice_ = nullptr, *serverChoice_ = nullptr;
    QFrame* server_ = nullptr;
    QLineEdit *url_ = nullptr, *key_ = nullptr, *variable_ = nullptr, *caFile_ = nullptr;
    QComboBox *api_ = nullptr, *model_ = nullptr, *http_ = nullptr, *keySource_ = nullptr;
    QPlainTextEdit* headers_ = nullptr;
    QPushButton *test_ = nullptr, *fetch_ = nullptr, *ok_ = nullptr;
    QLabel* answer_ = nullptr;
};

} // namespace penstock::ui
