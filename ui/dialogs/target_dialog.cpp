#include "ui/dialogs/target_dialog.h"

#include "ui/dialogs/target_words.h"
#include "ui/format/window_words.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalBlocker>
#include <QStyle>
#include <QUrl>

namespace penstock::ui {

namespace {

constexpr auto askTimeout = std::chrono::seconds{10};

template <typename Enum>
Enum chosen(const QComboBox* box) {
    return static_cast<Enum>(box->currentData().toInt());
}

template <typename Enum>
void choose(QComboBox* box, Enum value) {
    box->setCurrentIndex(std::max(0, box->findData(static_cast<int>(value))));
}

/// Scheme, host and port: what a key is for.
QString originOf(const QString& address) {
    const QUrl url(address.trimmed(), QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty()) return {};
    return QStringLiteral("%1://%2:%3").arg(url.scheme(), url.host()).arg(url.port(url.scheme() == QLatin1String("https") ? 443 : 80));
}

QWidget* beside(QWidget* field, QPushButton* button) {
    auto* pair = new QWidget;
    auto* row = new QHBoxLayout(pair);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(field, 1);
    row->addWidget(button);
    return pair;
}

} // namespace

TargetDialog::TargetDialog(TargetForm form, KeyStore& keys, std::function<Result<Target>()> simulated, QWidget* parent)
    : QDialog(parent)
    , keys_(keys)
    , simulated_(std::move(simulated)) {
    setWindowTitle(tr("Target"));
    setMinimumWidth(560);
    build();
    fill(form);
}

TargetDialog::~TargetDialog() {
    // A field that has the focus ends its editing when the base class hides the window: nobody is left to hear of it.
    for (auto* field : findChildren<QWidget*>()) field->disconnect(this);
}

void TargetDialog::build() {
    simulatedChoice_ = new QRadioButton(tr("&Simulated endpoint: built in, costs nothing, nothing leaves this machine"));
    serverChoice_ = new QRadioButton(tr("&My server"));

    url_ = new QLineEdit;
    url_->setPlaceholderText(QStringLiteral("http://127.0.0.1:8000/v1"));
    api_ = new QComboBox;
    api_->addItem(tr("OpenAI chat completions"));
    model_ = new QComboBox;
    model_->setEditable(true);
    model_->setInsertPolicy(QComboBox::NoInsert);
    model_->lineEdit()->setPlaceholderText(tr("the server's own choice"));
    fetch_ = new QPushButton(tr("&Fetch models"));
    http_ = new QComboBox;
    http_->addItem(tr("Automatic"), static_cast<int>(HttpMode::Auto));
    http_->addItem(tr("HTTP/1.1"), static_cast<int>(HttpMode::Http11));
    http_->addItem(tr("HTTP/2 over TLS"), static_cast<int>(HttpMode::Http2));
    http_->addItem(tr("HTTP/2 in the clear (h2c)"), static_cast<int>(HttpMode::H2c));
    keySource_ = new QComboBox;
    keySource_->addItem(tr("No key"), static_cast<int>(TargetForm::KeySource::None));
    keySource_->addItem(tr("Keychain"), static_cast<int>(TargetForm::KeySource::Keychain));
    keySource_->addItem(tr("Environment variable"), static_cast<int>(TargetForm::KeySource::Environment));
    key_ = new QLineEdit;
    key_->setEchoMode(QLineEdit::Password);
    key_->setPlaceholderText(tr("kept in the system's keychain, and nowhere else"));
    variable_ = new QLineEdit;
    headers_ = new QPlainTextEdit;
    headers_->setPlaceholderText(tr("X-Team: search"));
    headers_->setToolTip(tr("A line each, Name: value. Those that look like a secret are used until Penstock is closed and are not remembered."));
    headers_->setFixedHeight(58);
    headers_->setTabChangesFocus(true);
    caFile_ = new QLineEdit;
    caFile_->setPlaceholderText(tr("the system's authorities alone"));
    auto* browse = new QPushButton(tr("&Browse..."));

    server_ = new QFrame;
    auto* form = new QFormLayout(server_);
    form->setContentsMargins(22, 0, 0, 0);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("Base &URL"), url_);
    form->addRow(tr("&API"), api_);
    form->addRow(tr("M&odel"), beside(model_, fetch_));
    form->addRow(tr("&Protocol"), http_);
    form->addRow(tr("API &key"), keySource_);
    form->addRow(QString(), key_);
    form->addRow(QString(), variable_);
    form->addRow(tr("&Headers"), headers_);
    form->addRow(tr("&CA file"), beside(caFile_, browse));
    // Fields that stand in a pair are not found by the form's own buddies.
    const std::pair<QWidget*, QString> names[] = {{url_, tr("Base URL")}, {api_, tr("API")}, {model_, tr("Model")}, {http_, tr("Protocol")},
                                                  {keySource_, tr("Where the API key comes from")}, {key_, tr("API key")},
                                                  {variable_, tr("Environment variable that holds the API key")}, {headers_, tr("Headers, a line each")},
                                                  {caFile_, tr("CA file")}};
    for (const auto& [widget, name] : names) widget->setAccessibleName(name);

    answer_ = new QLabel;
    answer_->setWordWrap(true);
    answer_->setTextFormat(Qt::PlainText);
    answer_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    answer_->setMinimumHeight(72);
    answer_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    answer_->setAccessibleName(tr("What the target answered"));
    answer_->setMargin(10);
    answer_->setProperty("card", true);

    // Enter accepts; it asks nobody.
    for (auto* button : {fetch_, browse}) button->setAutoDefault(false);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    ok_ = buttons->addButton(tr("Use this target"), QDialogButtonBox::AcceptRole);
    ok_->setProperty("primary", true);
    test_ = buttons->addButton(tr("&Test connection"), QDialogButtonBox::ActionRole);
    test_->setAutoDefault(false);

    auto* column = new QVBoxLayout(this);
    column->setSpacing(10);
    column->addWidget(simulatedChoice_);
    column->addWidget(serverChoice_);
    column->addWidget(server_);
    column->addWidget(answer_);
    column->addWidget(buttons);
    ok_->setDefault(true); // in its dialog at last: before, it would be forgotten

    connect(simulatedChoice_, &QRadioButton::toggled, this, [this](bool on) {
        server_->setEnabled(!on);
        showWaiting();
        readKey();
    });
    connect(keySource_, &QComboBox::currentIndexChanged, this, &TargetDialog::showSource);
    connect(test_, &QPushButton::clicked, this, [this] { test(false); });
    connect(fetch_, &QPushButton::clicked, this, [this] { test(true); });
    connect(browse, &QPushButton::clicked, this, [this] {
        const auto file = QFileDialog::getOpenFileName(this, tr("Certificate authorities (PEM)"), caFile_->text());
        if (!file.isEmpty()) caFile_->setText(file);
    });
    connect(url_, &QLineEdit::textEdited, this, &TargetDialog::onAddressEdited);
    connect(url_, &QLineEdit::editingFinished, this, &TargetDialog::readKey);
    connect(key_, &QLineEdit::textEdited, this, [this] {
        keyTyped_ = true;
        keyOrigin_ = originOf(url_->text());
        showWaiting();
    });
    connect(buttons, &QDialogButtonBox::accepted, this, &TargetDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &TargetDialog::reject);
}

void TargetDialog::fill(const TargetForm& form) {
    (form.simulated ? simulatedChoice_ : serverChoice_)->setChecked(true);
    server_->setEnabled(!form.simulated);
    url_->setText(form.baseUrl);
    model_->setCurrentText(form.model);
    choose(http_, form.http);
    {
        const QSignalBlocker quiet(keySource_); // the keychain is asked once, when all is filled in
        choose(keySource_, form.keySource);
    }
    variable_->setText(form.keyVariable);
    headers_->setPlainText(form.headers);
    caFile_->setText(form.caFile);
    say(tr("Test connection asks the target what it speaks and which models it has. It sends no prompt."), false);
    showSource();
}

void TargetDialog::showSource() {
    const auto source = chosen<TargetForm::KeySource>(keySource_);
    key_->setVisible(source == TargetForm::KeySource::Keychain);
    variable_->setVisible(source == TargetForm::KeySource::Environment);
    readKey();
}

void TargetDialog::onAddressEdited() {
    serverChoice_->setChecked(true);
    if (keyTyped_ || originOf(url_->text()) == keyOrigin_) return;
    // Another server: the key of the one before is not for it.
    key_->clear();
    keyOrigin_.clear();
    ++keyReads_;
    keyAwaited_ = false;
    showWaiting();
}

void TargetDialog::readKey() {
    const QString address = url_->text().trimmed();
    const auto origin = originOf(address);
    if (keyTyped_ || origin.isEmpty() || serverChoice_->isChecked() == false) return;
    if (chosen<TargetForm::KeySource>(keySource_) != TargetForm::KeySource::Keychain) return;
    if (origin == keyOrigin_) return;
    keyOrigin_ = origin;
    keyAwaited_ = true;
    showWaiting();
    keys_.read(address, [this, read = ++keyReads_, alive = std::weak_ptr<bool>(alive_)](KeyStore::Answer answer) {
        if (alive.expired() || read != keyReads_) return;
        keyAwaited_ = false;
        showWaiting();
        if (!answer.problem.isEmpty()) return say(answer.problem, true);
        if (!keyTyped_) key_->setText(answer.key);
    });
}

/// Without the key that is on its way, a target would be asked, or used, without one.
void TargetDialog::showWaiting() {
    const bool waits = keyAwaited_ && !keyTyped_ && serverChoice_->isChecked();
    key_->setPlaceholderText(waits ? tr("asking the keychain ...") : tr("kept in the system's keychain, and nowhere else"));
    ok_->setEnabled(!waits);
    test_->setEnabled(!waits && !asking_);
    fetch_->setEnabled(!waits && !asking_);
}

std::optional<QString> TargetDialog::newKey() const {
    if (simulatedChoice_->isChecked() || !keyTyped_ || chosen<TargetForm::KeySource>(keySource_) != TargetForm::KeySource::Keychain) return std::nullopt;
    return key_->text().trimmed();
}

TargetForm TargetDialog::form() const {
    TargetForm form;
    form.simulated = simulatedChoice_->isChecked();
    form.baseUrl = url_->text().trimmed();
    form.model = model_->currentText().trimmed();
    form.http = chosen<HttpMode>(http_);
    form.keySource = chosen<TargetForm::KeySource>(keySource_);
    form.keyVariable = variable_->text().trimmed();
    form.headers = headers_->toPlainText();
    form.caFile = caFile_->text().trimmed();
    return form;
}

Result<Target> TargetDialog::entered() const {
    if (simulatedChoice_->isChecked()) return simulated_();
    return targetOf(form(), key_->text());
}

void TargetDialog::say(const QString& words, bool problem) {
    answer_->setText(windowWords(words));
    answer_->setProperty("problem", problem);
    answer_->style()->unpolish(answer_);
    answer_->style()->polish(answer_);
}

void TargetDialog::test(bool forModels) {
    const auto target = entered();
    if (!target) return say(QString::fromStdString(target.error().message), true);
    auto asked = askTarget(*target, askTimeout, [this, forModels](const TargetReport& report) { onReport(report, forModels); });
    if (!asked) return say(QString::fromStdString(asked.error().message), true);
    inquiry_ = std::move(*asked);
    asking_ = true;
    showWaiting();
    say(tr("Asking %1 ...").arg(QString::fromStdString(target->baseUrl)), false);
}

void TargetDialog::onReport(const TargetReport& report, bool forModels) {
    asking_ = false;
    showWaiting();
    say(wordsFor(report, simulatedChoice_->isChecked()), report.problem.has_value());
    if (report.models.empty()) return;
    const QString before = model_->currentText();
    model_->clear();
    for (const auto& name : report.models) model_->addItem(QString::fromStdString(name));
    model_->setCurrentText(before.isEmpty() && forModels ? QString::fromStdString(report.models.front()) : before);
    if (forModels) model_->showPopup();
}

void TargetDialog::accept() {
    auto target = entered();
    if (!target) return say(QString::fromStdString(target.error().message), true);
    target_ = std::move(*target);
    form().save();
    QDialog::accept();
}

} // namespace penstock::ui
