#pragma once

#include "engine/engine.h"
#include "ui/dialogs/key_store.h"
#include "ui/dialogs/target_form.h"

#include <QDialog>

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
    /// What belongs into the keychain for the form's base URL; empty when the key comes from elsewhere.
    QString key() const;

    void accept() override;

private:
    void build();
    void fill(const TargetForm& form);
    void showSource();
    Result<Target> entered() const;
    void test(bool forModels);
    void onReport(const TargetReport& report, bool forModels);
    void say(const QString& words, bool problem);

    KeyStore& keys_;
    const std::function<Result<Target>()> simulated_;
    Target target_;
    std::unique_ptr<Inquiry> inquiry_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);

    QRadioButton *simulatedChoice_ = nullptr, *serverChoice_ = nullptr;
    QFrame* server_ = nullptr;
    QLineEdit *url_ = nullptr, *key_ = nullptr, *variable_ = nullptr, *caFile_ = nullptr;
    QComboBox *api_ = nullptr, *model_ = nullptr, *http_ = nullptr, *keySource_ = nullptr;
    QPlainTextEdit* headers_ = nullptr;
    QPushButton *test_ = nullptr, *fetch_ = nullptr, *ok_ = nullptr;
    QLabel* answer_ = nullptr;
};

} // namespace penstock::ui
