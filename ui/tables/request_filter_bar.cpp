#include "ui/tables/request_filter_bar.h"

#include "ui/format/figures.h"
#include "ui/tables/plain_text.h"
#include "ui/tables/requests_header.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QToolButton>

namespace penstock::ui {

RequestFilterBar::RequestFilterBar(const Clock& clock, QWidget* parent)
    : QWidget(parent)
    , text_(new QLineEdit(this))
    , which_(new QComboBox(this))
    , segment_(new QComboBox(this))
    , newest_(new QToolButton(this))
    , count_(new QLabel(this))
    , queue_(new QCheckBox(tr("Queue"), this))
    , legend_(new WaterfallLegend(this))
    , alarm_(clock.makeAlarm([this] { Q_EMIT changed(); }))
    , clock_(clock) {
    text_->setPlaceholderText(tr("Filter: id, prompt, answer or error"));
    text_->setAccessibleName(tr("Filter requests"));
    text_->setToolTip(tr("Shows requests whose id, prompt, answer or error holds this text"));
    text_->setClearButtonEnabled(true);
    text_->setMaxLength(500);
    text_->setMinimumWidth(160);
    text_->setMaximumWidth(300);
    which_->setAccessibleName(tr("Endings shown"));
    which_->setToolTip(tr("Which endings to show"));
    using Which = RequestQuery::Which;
    for (const auto& [name, which] : {std::pair{tr("All"), Which::All},
                                      {tr("Succeeded"), Which::Succeeded},
                                      {tr("Failed"), Which::Failed},
                                      {tr("Retried"), Which::Retried}})
        which_->addItem(name, static_cast<int>(which));
    segment_->setAccessibleName(tr("Setting shown"));
    segment_->setToolTip(tr("Requests of one setting of the knobs"));
    segment_->addItem(tr("All settings"), 0u);
    segment_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    segment_->setMinimumContentsLength(8);
    newest_->setVisible(false);
    newest_->setAccessibleName(tr("Order by newest"));
    count_->setProperty("muted", true);
    count_->setTextFormat(Qt::PlainText);
    queue_->setChecked(false); // a long wait would leave the phases behind it a few pixels
    queue_->setAccessibleName(tr("Show the time in the queue"));
    queue_->setToolTip(tr("Draw the waterfall from when a request was queued; otherwise from when it got its slot"));

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(8, 3, 8, 3);
    row->setSpacing(6);
    row->addWidget(text_, 3);
    row->addWidget(which_);
    row->addWidget(segment_);
    row->addWidget(newest_);
    row->addWidget(count_);
    row->addStretch(1);
    row->addWidget(legend_);
    row->addWidget(queue_);

    connect(text_, &QLineEdit::textEdited, this, [this] { alarm_->setDue(clock_.now() + pause); });
    connect(text_, &QLineEdit::textChanged, this, [this](const QString& text) {
        if (text.isEmpty()) alarm_->setDue(clock_.now() + pause); // the clear button edits nothing
    });
    connect(text_, &QLineEdit::returnPressed, this, [this] {
        alarm_->setDue(std::nullopt);
        Q_EMIT changed();
    });
    connect(which_, &QComboBox::currentIndexChanged, this, &RequestFilterBar::changed);
    connect(segment_, &QComboBox::currentIndexChanged, this, &RequestFilterBar::changed);
    connect(newest_, &QToolButton::clicked, this, &RequestFilterBar::newestWanted);
    connect(queue_, &QCheckBox::toggled, this, &RequestFilterBar::queueShownChanged);
}

RequestQuery RequestFilterBar::applied(RequestQuery query) const {
    query.text = text_->text().toStdString();
    query.which = static_cast<RequestQuery::Which>(which_->currentData().toInt());
    const auto segment = segment_->currentData().toUInt();
    query.segment = segment > 0 ? std::optional(segment) : std::nullopt;
    return query;
}

void RequestFilterBar::show(const RequestQuery& query) {
    const QSignalBlocker blockText(text_), blockWhich(which_), blockSegment(segment_);
    text_->setText(QString::fromStdString(query.text));
    which_->setCurrentIndex(which_->findData(static_cast<int>(query.which)));
    segment_->setCurrentIndex(std::max(0, segment_->findData(query.segment.value_or(0))));
}

void RequestFilterBar::setSegments(const std::vector<SegmentFigures>& segments) {
    if (segments.size() == known_) return;
    known_ = segments.size();
    const auto chosen = segment_->currentData();
    {
        const QSignalBlocker block(segment_);
        segment_->clear();
        segment_->addItem(tr("All settings"), 0u);
        for (const auto& each : segments)
            segment_->addItem(QStringLiteral("#%1 %2").arg(each.number).arg(plainLine(each.change, 80)), each.number);
        segment_->setCurrentIndex(segment_->findData(chosen));
    }
    if (segment_->currentIndex() < 0) segment_->setCurrentIndex(0);
}

void RequestFilterBar::setCount(const QString& words) {
    count_->setText(words);
}

void RequestFilterBar::setReordered(bool reordered, std::uint64_t newer) {
    newest_->setText(newer > 0 ? tr("Newest first (%1 newer)").arg(countText(newer)) : tr("Newest first"));
    newest_->setToolTip(tr("The list stands as it was when it was sorted. Go back to the newest requests on top"));
    newest_->setVisible(reordered);
}

bool RequestFilterBar::queueShown() const {
    return queue_->isChecked();
}
void RequestFilterBar::setQueueShown(bool shown) {
    queue_->setChecked(shown);
}
void RequestFilterBar::focusFilter() {
    text_->setFocus(Qt::ShortcutFocusReason);
    text_->selectAll();
}

} // namespace penstock::ui
