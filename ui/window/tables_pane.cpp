#include "ui/window/tables_pane.h"

#include "ui/tables/log_intake.h"
#include "ui/tables/log_view.h"
#include "ui/tables/record_view.h"
#include "ui/tables/requests_view.h"
#include "ui/tables/segment_table.h"

#include <QDataStream>
#include <QPointer>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

namespace penstock::ui {

TablesPane::TablesPane(RunSession& session, QWidget* parent)
    : QWidget(parent)
    , session_(session)
    , pages_([this](const RequestQuery& query, RequestPages::Callback done) { session_.archive().requests(query, std::move(done)); }) {
    requests_ = new RequestsView(pages_, clock_);
    segments_ = new SegmentTable;
    record_ = new RecordView;
    log_ = new LogView;
    tabs_ = new QTabWidget;
    tabs_->setDocumentMode(true);
    tabs_->tabBar()->setDrawBase(false);
    tabs_->setAccessibleName(tr("Tables"));
    tabs_->addTab(requests_, tr("Requests"));
    tabs_->addTab(segments_, tr("Segments"));
    tabs_->addTab(record_, tr("Result record"));
    tabs_->addTab(log_, tr("Log"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(tabs_);
    // Collapses to its tabs: the charts have the first claim on a small screen. Its pages have no say in that.
    tabs_->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Ignored);
    column->setSizeConstraint(QLayout::SetNoConstraint);
    setMinimumHeight(tabs_->tabBar()->sizeHint().height());
    connect(tabs_->tabBar(), &QTabBar::tabBarClicked, this, [this] {
        if (height() < 2 * minimumHeight()) Q_EMIT roomWanted();
    });
    joinSession();
}

TablesPane::~TablesPane() {
    session_.disconnect(this);
}

void TablesPane::joinSession() {
    connect(requests_, &RequestsView::detailWanted, this, [this](RequestId id) {
        session_.archive().detail(id, [view = QPointer<RequestsView>(requests_), id](Result<RequestDetail> detail) {
            if (!view) return;
            if (detail) view->setDetail(*detail);
            else view->setDetailProblem(id, QString::fromStdString(detail.error().message));
        });
    });
    connect(requests_, &RequestsView::watchWanted, this, [this](std::optional<RequestId> id) { session_.watch(id); });
    connect(segments_, &SegmentTable::pinRequested, this, [this](std::uint32_t number) {
        if (const auto pinned = session_.pin(number); !pinned) Q_EMIT problem(QString::fromStdString(pinned.error().message));
    });
    connect(log_, &LogView::saved, this, [this](const QString&, const QString& why) {
        if (!why.isEmpty()) Q_EMIT problem(why);
    });
    connect(&session_, &RunSession::historyReplaced, this, [this] {
        if (session_.phase() == RunSession::Phase::Starting || session_.phase() == RunSession::Phase::Ready) {
            requests_->clear();
        }
        shownSegments_.reset();
        showSegments();
        showPinned();
    });
    connect(&session_, &RunSession::overviewChanged, this, [this] {
        if (!session_.overview()) return;
        if (!session_.live()) requests_->setSegments(session_.overview()->segments);
        session_.phase() == RunSession::Phase::Ended ? requests_->runOver() : requests_->refresh();
    });
    connect(&session_, &RunSession::opened, this, [this] {
        requests_->clear();
        requests_->setEndedBefore(std::nullopt);
        requests_->setSegments(session_.overview()->segments);
        requests_->refresh();
    });
    connect(&session_, &RunSession::ended, this, [this] { requests_->runOver(); });
    connect(&session_, &RunSession::baselineChanged, this, &TablesPane::showPinned);
    connect(&session_, &RunSession::recordChanged, this, [this](const ResultRecord& record) { record_->setRecord(record); });
    connect(&session_, &RunSession::recordMissing, this, [this](const QString& why) { record_->clear(why); });
}

void TablesPane::refresh() {
    showPinned();
    const auto snapshot = session_.snapshot();
    if (!snapshot) return;
    if (session_.live()) requests_->setSnapshot(*snapshot);
    else requests_->setEndedBefore(session_.shownTime());
    showSegments();
}

void TablesPane::showSegments() {
    const auto segments = session_.segments();
    if (segments == shownSegments_ && segments) return;
    shownSegments_ = segments;
    segments_->update(segments ? *segments : std::vector<SegmentFigures>{}, session_.live());
}

/// The star is where the baseline is: in the run that is shown, or nowhere.
void TablesPane::showPinned() { segments_->setPinned(session_.pinnedHere()); }

void TablesPane::show(Tab tab) {
    tabs_->setCurrentIndex(static_cast<int>(tab));
    tabs_->currentWidget()->setFocus(Qt::ShortcutFocusReason);
}

std::shared_ptr<LogIntake> TablesPane::logIntake() const { return log_->intake(); }

QByteArray TablesPane::saveState() const {
    QByteArray bytes;
    QDataStream out(&bytes, QIODevice::WriteOnly);
    out << tabs_->currentIndex() << requests_->saveState() << segments_->saveState() << record_->saveState() << log_->saveState();
    return bytes;
}

void TablesPane::restoreState(const QByteArray& state) {
    QDataStream in(state);
    int tab = 0;
    QByteArray requests, segments, record, log;
    in >> tab >> requests >> segments >> record >> log;
    if (in.status() != QDataStream::Ok) return;
    requests_->restoreState(requests);
    segments_->restoreState(segments);
    record_->restoreState(record);
    log_->restoreState(log);
    tabs_->setCurrentIndex(std::clamp(tab, 0, tabs_->count() - 1));
}

} // namespace penstock::ui
