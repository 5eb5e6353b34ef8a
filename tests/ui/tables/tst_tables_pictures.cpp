#include "../../support/manual_clock.h"
#include "list_pages.h"
#include "sample_rows.h"
#include "ui/tables/log_intake.h"
#include "ui/tables/log_model.h"
#include "ui/tables/log_view.h"
#include "ui/tables/record_view.h"
#include "ui/tables/request_detail_pane.h"
#include "ui/tables/request_model.h"
#include "ui/tables/requests_view.h"
#include "ui/tables/segment_table.h"
#include "ui/tables/table_view.h"
#include "ui/theme/theme.h"

#include <QTest>

using namespace penstock;
using namespace penstock::ui;

namespace {

RequestDetail sampleDetail(const RequestRow& row) {
    RequestDetail out;
    out.row = row;
    out.requestBody =
        R"({"model":"sim-8b","max_tokens":512,"stream":true,"messages":[{"role":"system","content":"You are terse."},{"role":"user","content":"Given two sorted arrays, find the kth smallest element in their union."}]})";
    out.text = "To find the kth smallest element in the union of two sorted arrays, compare the elements at k/2 in "
               "each and discard the half that cannot contain it. The loop ends when one array is used up or k is 1.";
    out.reasoning = "The user wants the classical binary search.";
    out.finishReason = "stop";
    out.model = "sim-8b";
    out.httpVersion = "2";
    out.usage = {UsageKind::Exact, 31, 188, 219, std::nullopt, std::nullopt};
    out.message = row.outcome == OutcomeKind::Success ? "" : row.attempts.back().message;
    out.requestHeaders = {"content-type: application/json", "authorization: (hidden)", "accept-encoding: identity"};
    for (const auto& bar : row.attempts) {
        Span span;
        span.attempt = bar.attempt;
        span.outcome = {bar.outcome, bar.status, std::nullopt, {}, bar.message};
        span.retryCause = bar.retryCause;
        const auto stamp = [](std::optional<double> at) {
            return at ? std::optional(Instant{fromSeconds(*at)}) : std::nullopt;
        };
        span.stamps.queued = stamp(bar.queued);
        span.stamps.admitted = stamp(bar.admitted);
        span.stamps.sent = stamp(bar.sent);
        span.stamps.firstToken = stamp(bar.firstToken);
        span.stamps.lastToken = stamp(bar.lastToken);
        span.stamps.completed = stamp(bar.completed);
        span.stamps.released = stamp(bar.released);
        out.attempts.push_back(span);
    }
    return out;
}

/// Draws `widget` and says how many different colours are in the picture: an empty one has few.
int draw(QWidget& widget, const QString& name, QSize size) {
    widget.resize(size);
    widget.show();
    QCoreApplication::processEvents();
    QCoreApplication::processEvents();
    QImage image(size * widget.devicePixelRatio(), QImage::Format_RGB32);
    image.setDevicePixelRatio(widget.devicePixelRatio());
    widget.render(&image);
    if (const auto folder = qEnvironmentVariable("PENSTOCK_PICTURES"); !folder.isEmpty())
        image.save(QStringLiteral("%1/%2_%3x%4.png").arg(folder, name).arg(size.width()).arg(size.height()));
    QSet<QRgb> colours;
    for (int y = 0; y < image.height(); y += 2)
        for (int x = 0; x < image.width(); x += 2)
            colours.insert(image.pixel(x, y));
    return static_cast<int>(colours.size());
}

} // namespace

/// Every panel in both themes and two sizes. With PENSTOCK_PICTURES naming a folder the pictures are kept for a person.
class TestTablesPictures : public QObject {
    Q_OBJECT

    static void themes(const std::function<void(const QString&)>& each) {
        for (const auto mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
            Theme::instance().setMode(mode);
            each(mode == Theme::Mode::Light ? QStringLiteral("light") : QStringLiteral("dark"));
        }
    }

private Q_SLOTS:
    void requestsAreDrawn() {
        themes([](const QString& theme) {
            test::ManualClock clock;
            ListPages pages;
            pages.rows = sampleRows(400);
            RequestsView view(pages, clock);
            view.resize(1440, 220);
            view.show();
            view.refresh();
            pages.answerAll();
            QVERIFY(draw(view, QStringLiteral("requests_plain_") + theme, {1440, 220}) > 50);
            const double now = pages.rows.back().ended + 1;
            Snapshot snapshot;
            snapshot.elapsedSeconds = now;
            std::vector<ActiveRequest> active;
            for (RequestId i = 0; i < 3; ++i) {
                ActiveRequest each;
                each.id = 1000 + i;
                each.customId = "req " + std::to_string(2801 + i);
                each.queued = now - 3;
                each.admitted = now - 2 + 0.4 * static_cast<double>(i);
                each.sent = *each.admitted + 0.002;
                if (i < 2) each.firstToken = *each.sent + 0.2;
                each.stage = i < 2 ? ActiveRequest::Stage::Streaming : ActiveRequest::Stage::AwaitingToken;
                each.contentEvents = 120 - 60 * i;
                active.push_back(each);
            }
            snapshot.active = std::make_shared<const std::vector<ActiveRequest>>(active);
            snapshot.segments = std::make_shared<const std::vector<SegmentFigures>>(sampleSegments());
            view.setSnapshot(snapshot);
            pages.answerAll();
            int row = 0;
            while (row < view.model().rowCount() &&
                   !(view.model().rowAt(row).result && view.model().rowAt(row).result->attempts.size() > 1))
                ++row;
            view.table().selectRow(row);
            view.setDetail(sampleDetail(*view.model().rowAt(row).result));
            QVERIFY(draw(view, QStringLiteral("requests_") + theme, {1440, 220}) > 50);
            QVERIFY(draw(view, QStringLiteral("requests_") + theme, {1024, 300}) > 50);
            QVERIFY(draw(view, QStringLiteral("requests_") + theme, {1440, 500}) > 50);
        });
    }

    void segmentsAreDrawn() {
        themes([](const QString& theme) {
            SegmentTable table;
            table.update(sampleSegments(), true);
            table.setPinned(2);
            QVERIFY(draw(table, QStringLiteral("segments_") + theme, {1440, 200}) > 20);
            QVERIFY(draw(table, QStringLiteral("segments_") + theme, {1024, 200}) > 20);
        });
    }

    void theRecordIsDrawn() {
        themes([](const QString& theme) {
            RecordView view;
            QVERIFY(draw(view, QStringLiteral("record_empty_") + theme, {1024, 200}) > 5);
            view.setRecord(sampleRecord());
            QVERIFY(draw(view, QStringLiteral("record_") + theme, {1440, 240}) > 20);
        });
    }

    void theLogIsDrawn() {
        themes([](const QString& theme) {
            LogView view;
            LogIntake::Batch batch;
            const auto time = std::chrono::system_clock::time_point(std::chrono::seconds(1700000000));
            batch.entries = {
                {time, LogLevel::Info, "engine", "run 7f3a-21c0 started on the simulated endpoint, cap 14"},
                {time, LogLevel::Debug, "transport", "opened connection 1 to 127.0.0.1:41233"},
                {time, LogLevel::Warning, "retry", "req 2490: 429, waits 0.4 s as the server asked"},
                {time, LogLevel::Error, "record", "the disk is full: the run pauses until there is room"}};
            view.model().append(batch);
            view.setSearch(QString());
            QVERIFY(draw(view, QStringLiteral("log_") + theme, {1440, 200}) > 20);
            view.setSearch(QStringLiteral("the"));
            QVERIFY(draw(view, QStringLiteral("log_search_") + theme, {1024, 200}) > 20);
        });
    }
};

QTEST_MAIN(TestTablesPictures)
#include "tst_tables_pictures.moc"
