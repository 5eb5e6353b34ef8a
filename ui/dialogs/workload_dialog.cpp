#include "ui/dialogs/workload_dialog.h"

#include "ui/format/figures.h"
#include "ui/format/window_words.h"
#include "ui/theme/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QSpinBox>
#include <QStyle>
#include <QTableWidget>

namespace penstock::ui {

namespace {

QSpinBox* number(int least, int most, int step, const QString& zero, const QString& suffix) {
    auto* box = new QSpinBox;
    box->setRange(least, most);
    box->setSingleStep(step);
    box->setGroupSeparatorShown(true);
    if (!zero.isEmpty()) box->setSpecialValueText(zero);
    box->setSuffix(suffix);
    box->setButtonSymbols(QAbstractSpinBox::NoButtons); // typed, or turned by the arrow keys
    return box;
}

/// A local file among what is dragged; empty when there is none.
QString fileIn(const QMimeData* data) {
    for (const auto& url : data->urls())
        if (url.isLocalFile()) return url.toLocalFile();
    return {};
}

} // namespace

WorkloadDialog::WorkloadDialog(WorkloadForm form, QString folder, QWidget* parent)
    : QDialog(parent)
    , folder_(std::move(folder)) {
    setWindowTitle(tr("Workload"));
    setAcceptDrops(true);
    resize(760, 560);
    build();
    fill(form);
    check();
}

WorkloadDialog::~WorkloadDialog() {
    // A field that has the focus ends its editing when the base class hides the window: nobody is left to hear of it.
    for (auto* field : findChildren<QWidget*>()) field->disconnect(this);
}

void WorkloadDialog::build() {
    sample_ = new QRadioButton(tr("&Sample: 202 prompts that share a preamble, built in"));
    file_ = new QRadioButton(tr("&File: JSONL of OpenAI Batch, prompts or MT-Bench, or a prompt a line; drop one here"));
    synthetic_ = new QRadioButton(tr("S&ynthetic: made-up prompts of a chosen length"));

    path_ = new QLineEdit;
    path_->setPlaceholderText(tr("a file of requests"));
    path_->setAccessibleName(tr("File of requests"));
    browse_ = new QPushButton(tr("&Browse..."));
    format_ = new QComboBox;
    format_->setAccessibleName(tr("Format"));
    format_->addItem(tr("format: automatic"), static_cast<int>(WorkloadFormat::Auto));
    for (const auto format : {WorkloadFormat::OpenAiBatch, WorkloadFormat::Prompts, WorkloadFormat::MtBench, WorkloadFormat::Text})
        format_->addItem(QString::fromStdString(std::string(toString(format))), static_cast<int>(format));
    fileRow_ = new QWidget;
    auto* fileLayout = new QHBoxLayout(fileRow_);
    fileLayout->setContentsMargins(22, 0, 0, 0);
    fileLayout->addWidget(path_, 1);
    fileLayout->addWidget(browse_);
    fileLayout->addWidget(format_);

    requests_ = number(1, 1'000'000, 100, {}, tr(" requests"));
    words_ = number(1, 100'000, 10, {}, tr(" words"));
    tokens_ = number(1, 1'000'000, 16, {}, tr(" tokens at most"));
    syntheticRow_ = new QWidget;
    auto* syntheticLayout = new QHBoxLayout(syntheticRow_);
    syntheticLayout->setContentsMargins(22, 0, 0, 0);
    for (auto* box : {requests_, words_, tokens_}) syntheticLayout->addWidget(box);
    syntheticLayout->addStretch(1);
    requests_->setAccessibleName(tr("Synthetic requests"));
    words_->setAccessibleName(tr("Mean words of a synthetic prompt"));
    tokens_->setAccessibleName(tr("Most tokens of a synthetic answer"));

    loop_ = new QCheckBox(tr("&Loop until stopped: for turning knobs while it runs"));
    skip_ = new QCheckBox(tr("S&kip bad lines and go on (they are listed in the run file)"));
    limit_ = number(0, 2'147'483'647, 10, tr("all lines"), {});
    maxTokens_ = number(0, 1'000'000, 16, tr("as each line says"), {});
    auto* bounds = new QFormLayout;
    bounds->addRow(tr("At &most"), limit_);
    bounds->addRow(tr("max_&tokens where a line names none"), maxTokens_);

    answer_ = new QLabel;
    answer_->setWordWrap(true);
    answer_->setTextFormat(Qt::PlainText);
    answer_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    answer_->setAccessibleName(tr("What the workload holds"));
    progress_ = new QProgressBar;
    progress_->setTextVisible(false);
    progress_->setAccessibleName(tr("Progress of the check"));

    preview_ = new QTableWidget(0, 4);
    preview_->setHorizontalHeaderLabels({tr("Line"), tr("Request"), tr("Prompt"), tr("max_tokens")});
    preview_->setAccessibleName(tr("The first requests"));
    preview_->verticalHeader()->hide();
    preview_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    preview_->setSelectionBehavior(QAbstractItemView::SelectRows);
    preview_->setShowGrid(false);
    preview_->setWordWrap(false);
    preview_->horizontalHeader()->setSectionResizeMode(2, QHeaderView::Stretch);
    preview_->horizontalHeader()->setHighlightSections(false);
    preview_->setTabKeyNavigation(false);

    browse_->setAutoDefault(false);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    ok_ = buttons->addButton(tr("Use this workload"), QDialogButtonBox::AcceptRole);
    ok_->setProperty("primary", true);

    auto* column = new QVBoxLayout(this);
    column->setSpacing(8);
    column->addWidget(sample_);
    column->addWidget(file_);
    column->addWidget(fileRow_);
    column->addWidget(synthetic_);
    column->addWidget(syntheticRow_);
    column->addLayout(bounds);
    column->addWidget(loop_);
    column->addWidget(skip_);
    column->addWidget(answer_);
    column->addWidget(progress_);
    column->addWidget(preview_, 1);
    column->addWidget(buttons);
    ok_->setDefault(true); // in its dialog at last: before, it would be forgotten

    const auto again = [this] { check(); };
    for (auto* choice : {sample_, file_, synthetic_})
        connect(choice, &QRadioButton::toggled, this, [this](bool on) {
            showSource();
            if (on) check();
        });
    connect(browse_, &QPushButton::clicked, this, [this] {
        const auto path = QFileDialog::getOpenFileName(this, tr("A file of requests"), path_->text());
        if (!path.isEmpty()) setFile(path);
    });
    // A path is looked at when its typing rests, not for each letter of it.
    typing_.setSingleShot(true);
    typing_.setInterval(std::chrono::milliseconds{250});
    connect(&typing_, &QTimer::timeout, this, again);
    connect(path_, &QLineEdit::textEdited, this, [this] {
        ok_->setEnabled(false);
        typing_.start();
    });
    connect(path_, &QLineEdit::editingFinished, this, [this] {
        if (!typing_.isActive()) return; // it was looked at already
        typing_.stop();
        check();
    });
    connect(format_, &QComboBox::currentIndexChanged, this, again);
    connect(skip_, &QCheckBox::toggled, this, again);
    for (auto* box : {limit_, maxTokens_, requests_, words_, tokens_}) connect(box, &QSpinBox::editingFinished, this, again);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        // Looping has no part in the check.
        options_.repeat = loop_->isChecked() ? 0 : 1;
        form().save();
        accept();
    });
    connect(buttons, &QDialogButtonBox::rejected, this, &WorkloadDialog::reject);
}

void WorkloadDialog::fill(const WorkloadForm& form) {
    path_->setText(form.path);
    format_->setCurrentIndex(std::max(0, format_->findData(static_cast<int>(form.format))));
    limit_->setValue(form.limit);
    maxTokens_->setValue(form.maxTokens);
    loop_->setChecked(form.loop);
    skip_->setChecked(form.skipBadLines);
    requests_->setValue(form.syntheticRequests);
    words_->setValue(form.syntheticWords);
    tokens_->setValue(form.syntheticTokens);
    QRadioButton* choice = form.source == WorkloadForm::Source::Sample ? sample_ : form.source == WorkloadForm::Source::File ? file_ : synthetic_;
    choice->setChecked(true);
    showSource();
}

void WorkloadDialog::showSource() {
    fileRow_->setVisible(file_->isChecked());
    syntheticRow_->setVisible(synthetic_->isChecked());
}

WorkloadForm WorkloadDialog::form() const {
    WorkloadForm form;
    form.source = file_->isChecked() ? WorkloadForm::Source::File : synthetic_->isChecked() ? WorkloadForm::Source::Synthetic : WorkloadForm::Source::Sample;
    form.path = path_->text();
    form.format = static_cast<WorkloadFormat>(format_->currentData().toInt());
    form.limit = limit_->value();
    form.maxTokens = maxTokens_->value();
    form.loop = loop_->isChecked();
    form.skipBadLines = skip_->isChecked();
    form.syntheticRequests = requests_->value();
    form.syntheticWords = words_->value();
    form.syntheticTokens = tokens_->value();
    return form;
}

void WorkloadDialog::setFile(const QString& path) {
    path_->setText(path);
    if (file_->isChecked()) check();
    else file_->setChecked(true); // checks
}

void WorkloadDialog::say(const QString& words, bool problem) {
    answer_->setText(windowWords(words));
    answer_->setProperty("problem", problem);
    answer_->style()->unpolish(answer_);
    answer_->style()->polish(answer_);
}

void WorkloadDialog::check() {
    inquiry_.reset();
    ok_->setEnabled(false);
    preview_->setRowCount(0);
    progress_->setVisible(false);
    auto options = workloadOf(form(), folder_);
    if (!options) return say(QString::fromStdString(options.error().message), file_->isChecked() && !path_->text().isEmpty());
    options_ = std::move(*options);
    auto once = options_;
    once.repeat = 1;
    say(tr("Reading %1 ...").arg(QString::fromStdString(options_.path)), false);
    progress_->setRange(0, 1000);
    progress_->setValue(0);
    inquiry_ = previewWorkload(
        once,
        [this](std::uint64_t done, std::uint64_t all) {
            progress_->setVisible(true);
            if (all > 0) progress_->setValue(static_cast<int>(1000.0 * static_cast<double>(done) / static_cast<double>(all)));
        },
        [this](Result<WorkloadPreview> preview) { onPreview(std::move(preview)); });
}

void WorkloadDialog::onPreview(Result<WorkloadPreview> preview) {
    progress_->setVisible(false);
    if (!preview) return say(QString::fromStdString(preview.error().message), true);
    QString words = tr("%1 requests, format %2, %3")
                        .arg(countText(preview->requests), QString::fromStdString(std::string(toString(preview->format))), bytesText(preview->bytes));
    if (preview->badLines > 0) words += tr("; %1 bad lines will be left out").arg(countText(preview->badLines));
    say(words, false);
    preview_->setRowCount(static_cast<int>(preview->first.size()));
    int row = 0;
    for (const auto& first : preview->first) {
        const auto put = [&](int column, const QString& text) {
            auto* item = new QTableWidgetItem(text);
            item->setToolTip(text.left(2000));
            preview_->setItem(row, column, item);
        };
        put(0, QString::number(first.line));
        put(1, QString::fromStdString(first.customId));
        put(2, QString::fromStdString(first.prompt).simplified());
        put(3, first.maxTokens ? QString::number(*first.maxTokens) : QStringLiteral("\u2013"));
        ++row;
    }
    preview_->resizeColumnToContents(0);
    preview_->resizeColumnToContents(1);
    ok_->setEnabled(true);
}

void WorkloadDialog::dragEnterEvent(QDragEnterEvent* event) {
    if (!fileIn(event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void WorkloadDialog::dropEvent(QDropEvent* event) {
    const auto path = fileIn(event->mimeData());
    if (!path.isEmpty()) setFile(path);
}

} // namespace penstock::ui
