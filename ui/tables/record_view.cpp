#include "ui/tables/record_view.h"

#include "ui/tables/plain_text.h"
#include "ui/tables/record_model.h"
#include "ui/tables/table_view.h"
#include "ui/theme/theme.h"

#include "engine/base/record_csv.h"

#include <QClipboard>
#include <QFrame>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

#include <array>

namespace penstock::ui {

namespace {

ColorRole verdictColor(ResultRecord::Verdict verdict) {
    switch (verdict) {
    case ResultRecord::Verdict::Improved:
        return ColorRole::Good;
    case ResultRecord::Verdict::SurfaceOnly:
        return ColorRole::Warn;
    case ResultRecord::Verdict::Regressed:
        return ColorRole::Bad;
    case ResultRecord::Verdict::None:
    case ResultRecord::Verdict::TooFewSamples:
        return ColorRole::TextMuted;
    }
    return ColorRole::TextMuted;
}

} // namespace

RecordView::RecordView(QWidget* parent)
    : QWidget(parent)
    , model_(new RecordModel(this))
    , table_(new TableView(tr("Result record"), this))
    , banner_(new QFrame(this))
    , verdict_(new QLabel(banner_))
    , sentence_(new QLabel(banner_))
    , names_(new QLabel(banner_))
    , csv_(new QToolButton(banner_))
    , markdown_(new QToolButton(banner_)) {
    for (auto* label : {verdict_, sentence_, names_}) {
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    verdict_->setObjectName(QStringLiteral("verdictWords"));
    verdict_->setAccessibleName(tr("Verdict"));
    sentence_->setWordWrap(true);
    sentence_->setAccessibleName(tr("Why"));
    names_->setProperty("muted", true);
    names_->setAccessibleName(tr("What is compared"));
    names_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    csv_->setText(tr("Copy CSV"));
    csv_->setToolTip(tr("Copy the record with every digit, in the columns of record.csv"));
    csv_->setAccessibleName(tr("Copy the record as CSV"));
    markdown_->setText(tr("Copy Markdown"));
    markdown_->setToolTip(tr("Copy the record as a table for a document"));
    markdown_->setAccessibleName(tr("Copy the record as Markdown"));
    connect(csv_, &QToolButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(QString::fromStdString(recordCsv(model_->record()))); });
    connect(markdown_, &QToolButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(recordAsMarkdown(model_->record())); });

    auto* words = new QVBoxLayout;
    words->setSpacing(1);
    words->addWidget(sentence_);
    words->addWidget(names_);
    auto* row = new QHBoxLayout(banner_);
    row->setContentsMargins(14, 6, 10, 6);
    row->setSpacing(16);
    row->addWidget(verdict_);
    row->addLayout(words, 1);
    row->addWidget(csv_);
    row->addWidget(markdown_);
    banner_->setObjectName(QStringLiteral("verdictBanner"));

    table_->setModel(model_);
    const std::array<int, RecordModel::ColumnCount> widths{230, 90, 110, 110, 80, 140, 400};
    for (int column = 0; column < RecordModel::ColumnCount; ++column)
        table_->setColumnWidth(column, widths[static_cast<std::size_t>(column)]);
    table_->setYielding({RecordModel::Unit}, RecordModel::Meaning, 180);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(banner_);
    all->addWidget(table_, 1);
    connect(&Theme::instance(), &Theme::changed, this, [this] { dress(); });
    clear();
}

void RecordView::dress() {
    const auto& theme = Theme::instance();
    const auto role = verdictColor(model_->record().verdict);
    // The sheet first: it would undo fonts that were set before it.
    banner_->setStyleSheet(
        QStringLiteral("#verdictBanner { background: %1; border: none; border-left: 4px solid %2; }"
                       "#verdictWords { color: %2; }")
            .arg(theme.color(role, theme.dark() ? 0.12 : 0.08).name(QColor::HexArgb), theme.color(role).name()));
    verdict_->setFont(theme.font(FontRole::Strong, 1.3));
    names_->setFont(theme.font(FontRole::Small));
}

void RecordView::setRecord(const ResultRecord& record) {
    model_->setRecord(record);
    verdict_->setText(verdictWords(record.verdict));
    sentence_->setText(plainLine(record.verdictText, 2000));
    QString names = tr("baseline: %1 \u00b7 controlled: %2")
                        .arg(plainLine(record.baselineName, 200), plainLine(record.controlledName, 200));
    if (record.simulated) names += QStringLiteral(" \u00b7 ") + tr("simulated");
    names_->setText(names);
    banner_->setVisible(true);
    dress();
}

void RecordView::clear(const QString& why) {
    model_->setRecord({});
    banner_->setVisible(false);
    table_->setEmptyText(
        tr("No record yet"),
        why.isEmpty()
            ? tr("Pin a baseline (its star in Segments, or the button above), then change a knob: the two settings are "
                 "compared here, with a verdict. Two runs chosen in Runs make a record too.")
            : why);
}

QString RecordView::bannerText() const {
    return banner_->isHidden()
               ? QString()
               : verdict_->text() + QStringLiteral(" | ") + sentence_->text() + QStringLiteral(" | ") + names_->text();
}

QByteArray RecordView::saveState() const {
    return table_->saveState();
}
bool RecordView::restoreState(const QByteArray& state) {
    return table_->restoreState(state);
}

} // namespace penstock::ui
