#include "ui/tables/request_detail_pane.h"

#include "ui/format/figures.h"
#include "ui/tables/attempt_model.h"
#include "ui/format/elided_label.h"
#include "ui/tables/outcome_words.h"
#include "ui/tables/plain_text.h"
#include "ui/tables/prompt_text.h"
#include "ui/tables/request_cells.h"
#include "ui/tables/table_view.h"
#include "ui/tables/text_pane.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <array>

namespace penstock::ui {

namespace {

QLabel* plainLabel(QWidget* parent, const QString& name) {
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setAccessibleName(name);
    label->setMinimumWidth(0);
    return label;
}

/// `attempt 1: throttled (429), waited 0.40 s`: what came before the last attempt.
QString storyOf(const std::vector<AttemptBar>& attempts) {
    QStringList lines;
    for (std::size_t i = 0; i + 1 < attempts.size() && lines.size() < 8; ++i) {
        const auto& each = attempts[i];
        QString line = RequestDetailPane::tr("attempt %1: %2").arg(each.attempt).arg(outcomeWords(each.outcome));
        if (each.status > 0) line += QStringLiteral(" (%1)").arg(each.status);
        if (each.completed && attempts[i + 1].queued)
            line += RequestDetailPane::tr(", waited %1").arg(durationText(*attempts[i + 1].queued - *each.completed));
        lines << line;
    }
    return lines.join(QStringLiteral(" \u00b7 "));
}

QString factsOf(const RequestDetail& detail) {
    QStringList facts;
    const auto tokens = [](std::optional<std::int64_t> n) {
        return n ? countText(static_cast<std::uint64_t>(std::max<std::int64_t>(0, *n))) : QStringLiteral("\u2013");
    };
    if (!detail.finishReason.empty())
        facts << RequestDetailPane::tr("finish %1").arg(plainLine(detail.finishReason, 60));
    facts << RequestDetailPane::tr("%1 tokens in, %2 out (%3)")
                 .arg(tokens(detail.usage.input), tokens(detail.usage.output),
                      detail.usage.kind == UsageKind::Exact       ? RequestDetailPane::tr("reported")
                      : detail.usage.kind == UsageKind::Estimated ? RequestDetailPane::tr("estimated")
                                                                  : RequestDetailPane::tr("not reported"));
    if (!detail.model.empty()) facts << plainLine(detail.model, 80);
    if (!detail.httpVersion.empty()) facts << QStringLiteral("HTTP/") + plainLine(detail.httpVersion, 10);
    if (!detail.serverRequestId.empty())
        facts << RequestDetailPane::tr("server id %1").arg(plainLine(detail.serverRequestId, 80));
    return facts.join(QStringLiteral(" \u00b7 "));
}

} // namespace

RequestDetailPane::RequestDetailPane(QWidget* parent)
    : QWidget(parent)
    , stack_(new QStackedWidget(this))
    , empty_(plainLabel(this, tr("No request chosen")))
    , title_(new ElidedLabel(this))
    , story_(plainLabel(this, tr("Attempts before")))
    , notice_(plainLabel(this, tr("Notice")))
    , tabs_(new QTabWidget(this))
    , reasoningFold_(new QToolButton(this))
    , reasoning_(new TextPane(tr("Reasoning"), this))
    , answer_(new TextPane(tr("Answer"), this))
    , facts_(new ElidedLabel(this))
    , raw_(new QToolButton(this))
    , prompt_(new TextPane(tr("Prompt"), this))
    , attempts_(new AttemptModel(this))
    , attemptTable_(new TableView(tr("Attempts"), this))
    , headers_(new TextPane(tr("Headers that were sent"), this)) {
    setAccessibleName(tr("Request in detail"));
    empty_->setAlignment(Qt::AlignCenter);
    empty_->setMargin(24);
    empty_->setProperty("muted", true);
    story_->setProperty("muted", true);
    facts_->setProperty("muted", true);
    // Ids and messages of others may be one long word: the pane must not be as wide as they are.
    for (auto* label : {title_, story_, notice_, facts_, empty_})
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    for (auto* label : {title_, facts_}) label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    title_->setAccessibleName(tr("Request"));
    facts_->setAccessibleName(tr("Facts about the answer"));
    const auto dress = [this] {
        title_->setFont(Theme::instance().font(FontRole::Strong));
        for (auto* label : {story_, notice_, facts_})
            label->setFont(Theme::instance().font(FontRole::Small));
    };
    dress();
    connect(&Theme::instance(), &Theme::changed, this, dress);

    reasoningFold_->setCheckable(true);
    reasoningFold_->setProperty("flat", true);
    reasoningFold_->setToolTip(tr("Show or fold what the model thought before it answered"));
    reasoning_->setVisible(false);
    connect(reasoningFold_, &QToolButton::toggled, this, [this](bool open) {
        reasoning_->setVisible(open);
        setReasoning(std::string(reasoning_->utf8()), false);
    });
    auto* answerTab = new QWidget(this);
    auto* answerColumn = new QVBoxLayout(answerTab);
    answerColumn->setContentsMargins(0, 4, 0, 0);
    answerColumn->setSpacing(3);
    auto* foot = new QHBoxLayout;
    foot->setSpacing(8);
    foot->addWidget(reasoningFold_);
    foot->addWidget(facts_, 1);
    answerColumn->addWidget(reasoning_, 1);
    answerColumn->addWidget(answer_, 2);
    answerColumn->addLayout(foot);

    raw_->setText(tr("Raw JSON"));
    raw_->setCheckable(true);
    raw_->setToolTip(tr("Show the body as it was sent"));
    raw_->setAccessibleName(tr("Show the raw JSON"));
    connect(raw_, &QToolButton::toggled, this, [this] { showPrompt(); });
    auto* promptTab = new QWidget(this);
    auto* promptColumn = new QVBoxLayout(promptTab);
    promptColumn->setContentsMargins(0, 4, 0, 0);
    promptColumn->setSpacing(3);
    promptColumn->addWidget(prompt_, 1);
    promptColumn->addWidget(raw_, 0, Qt::AlignLeft);

    attemptTable_->setModel(attempts_);
    attemptTable_->setEmptyText(tr("No attempt has ended yet"),
                                tr("Each attempt is listed here with its times when it ends."));
    const std::array<int, AttemptModel::ColumnCount> widths{32, 150, 56, 84, 66,  92,  62, 68,
                                                            62, 84,  84, 62, 100, 100, 300};
    for (int column = 0; column < AttemptModel::ColumnCount; ++column)
        attemptTable_->setColumnWidth(column, widths[static_cast<std::size_t>(column)]);

    tabs_->setDocumentMode(true);
    tabs_->setAccessibleName(tr("Parts of the request"));
    tabs_->addTab(answerTab, tr("Answer"));
    tabs_->addTab(promptTab, tr("Prompt"));
    tabs_->addTab(attemptTable_, tr("Attempts"));
    tabs_->addTab(headers_, tr("Headers"));
    auto* copy = new QToolButton(this);
    copy->setText(tr("Copy"));
    copy->setProperty("flat", true);
    copy->setFont(Theme::instance().font(FontRole::Small));
    copy->setToolTip(tr("Copy the text of this tab"));
    copy->setAccessibleName(tr("Copy this tab"));
    connect(copy, &QToolButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(copyText()); });
    tabs_->tabBar()->setDrawBase(false);
    tabs_->tabBar()->setUsesScrollButtons(true);
    tabs_->setStyleSheet(QStringLiteral("QTabBar::tab { padding: 4px 10px; }"));

    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(12, 6, 8, 6);
    column->setSpacing(2);
    auto* head = new QHBoxLayout;
    head->addWidget(title_, 1);
    head->addWidget(copy);
    column->addLayout(head);
    column->addWidget(story_);
    column->addWidget(notice_);
    column->addWidget(tabs_, 1);
    stack_->addWidget(empty_);
    stack_->addWidget(page);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(stack_);
    // Its text gives way before the charts do.
    setMinimumSize(240, 110);
    clear();
}

void RequestDetailPane::clear(const QString& why) {
    id_.reset();
    streamAttempt_ = 0;
    empty_->setText(why.isEmpty()
                        ? tr("Choose a request to see its prompt, its answer as it arrives, its attempts and headers.")
                        : why);
    stack_->setCurrentIndex(0);
}

void RequestDetailPane::begin(RequestId id) {
    stack_->setCurrentIndex(1);
    if (id_ == id) return;
    id_ = id;
    streamAttempt_ = 0;
    body_.clear();
    for (auto* pane : {answer_, reasoning_, prompt_, headers_})
        pane->setUtf8({});
    setReasoning({}, false);
    attempts_->setAttempts({});
    facts_->clear();
    story_->clear();
    story_->hide();
    setNotice({}, false);
}

void RequestDetailPane::setNotice(const QString& text, bool bad) {
    notice_->setText(text);
    notice_->setVisible(!text.isEmpty());
    QPalette palette;
    palette.setColor(QPalette::WindowText, Theme::instance().color(bad ? ColorRole::Bad : ColorRole::Warn));
    notice_->setPalette(palette);
}

void RequestDetailPane::setReasoning(std::string_view text, bool slid) {
    reasoning_->setUtf8(text, slid);
    reasoningFold_->setVisible(!text.empty());
    if (text.empty()) reasoningFold_->setChecked(false);
    reasoningFold_->setText((reasoningFold_->isChecked() ? QStringLiteral("\u25be ") : QStringLiteral("\u25b8 ")) +
                            tr("Reasoning (%1)").arg(bytesText(text.size())));
    reasoningFold_->setAccessibleName(reasoningFold_->isChecked() ? tr("Fold the reasoning")
                                                                  : tr("Show the reasoning"));
}

void RequestDetailPane::showPrompt() {
    prompt_->setUtf8({});
    prompt_->setUtf8(raw_->isChecked() ? body_ : promptText(body_));
}

void RequestDetailPane::setActive(const ActiveRequest& request, bool ended, double now) {
    begin(request.id);
    title_->setText(tr("%1 \u00b7 attempt %2 \u00b7 %3")
                        .arg(plainLine(request.customId, 200))
                        .arg(request.attempt)
                        .arg(requestCell(request, ended, RequestColumn::Outcome, now)));
    if (streamAttempt_ == 0 && answer_->utf8().empty())
        facts_->setText(tr("The answer appears here as it arrives; prompt and headers when the request has ended."));
}

void RequestDetailPane::setWatched(const WatchedStream& stream) {
    if (id_ != stream.id) return;
    if (stream.attempt != streamAttempt_) { // a new attempt begins anew
        streamAttempt_ = stream.attempt;
        answer_->setUtf8({});
        setReasoning({}, false);
    }
    answer_->setUtf8(stream.text, stream.cut);
    setReasoning(stream.reasoning, stream.cut);
    facts_->setText(stream.cut ? tr("Streaming; the beginning is not kept while it streams.") : tr("Streaming."));
}

void RequestDetailPane::setDetail(const RequestDetail& detail) {
    const auto& row = detail.row;
    begin(row.id);
    const int attempts = row.attempts.empty() ? 0 : row.attempts.back().attempt;
    QString title = plainLine(row.customId, 200);
    if (attempts > 0) title += tr(" \u00b7 attempt %1 of %2").arg(attempts).arg(attempts);
    title += QStringLiteral(" \u00b7 ") + outcomeSymbol(row.outcome) + QLatin1Char(' ') + outcomeWords(row.outcome);
    if (row.status > 0) title += QStringLiteral(" (%1)").arg(row.status);
    title_->setText(title);
    story_->setText(storyOf(row.attempts));
    story_->setVisible(!story_->text().isEmpty());
    QString notice = plainLine(detail.message, 500);
    const bool kept = !detail.text.empty() || !detail.reasoning.empty();
    if (row.outcome != OutcomeKind::Success && kept)
        notice = QStringLiteral("\u26a0 ") + tr("partial, not a success") +
                 (notice.isEmpty() ? QString() : QStringLiteral(" \u00b7 ") + notice);
    setNotice(notice, row.outcome != OutcomeKind::Success && !kept);

    std::string text = detail.text;
    const auto section = [&text](const QString& name, const std::string& content) {
        if (content.empty()) return;
        text += (text.empty() ? "" : "\n\n") + ("\u2014 " + name.toStdString() + " \u2014\n") + content;
    };
    section(tr("refusal"), detail.refusal);
    section(tr("tool calls"), detail.toolCalls);
    answer_->setUtf8(text, true);
    setReasoning(detail.reasoning, true);
    answer_->setPlaceholderText(tr("No text came."));
    facts_->setText(factsOf(detail));
    if (body_ != detail.requestBody || prompt_->utf8().empty()) {
        body_ = detail.requestBody;
        prompt_->setPlaceholderText(tr("The body was too long to be kept (over 1 MiB)."));
        showPrompt();
    }
    attempts_->setAttempts(detail.attempts);
    std::string lines;
    for (const auto& header : detail.requestHeaders)
        lines += header + '\n';
    headers_->setUtf8(lines);
    headers_->setPlaceholderText(tr("No headers were kept."));
}

QString RequestDetailPane::copyText() const {
    switch (tabs_->currentIndex()) {
    case 0:
        return QString::fromStdString(answer_->utf8());
    case 1:
        return QString::fromStdString(prompt_->utf8());
    case 2: {
        QString out;
        for (int row = -1; row < attempts_->rowCount(); ++row) {
            QStringList cells;
            for (int column = 0; column < AttemptModel::ColumnCount; ++column)
                cells << (row < 0 ? attempts_->headerData(column, Qt::Horizontal).toString()
                                  : attempts_->index(row, column).data().toString());
            out += cells.join(QLatin1Char('\t')) + QLatin1Char('\n');
        }
        return out;
    }
    default:
        return QString::fromStdString(headers_->utf8());
    }
}

} // namespace penstock::ui
