#pragma once

#include "engine/base/clock.h"
#include "ui/session/run_session.h"
#include "ui/tables/request_pages.h"

#include <QWidget>

class QTabWidget;

namespace penstock::ui {

class LogIntake;
class LogView;
class RecordView;
class RequestsView;
class SegmentTable;

/// The tables below the charts: requests, segments, result record and log, fed from the session.
class TablesPane final : public QWidget {
    Q_OBJECT

public:
    enum class Tab { Requests, Segments, Record, Log };

    explicit TablesPane(RunSession& session, QWidget* parent = nullptr);
    ~TablesPane() override;

    /// With each snapshot.
    void refresh();
    void show(Tab tab);
    /// For the program's log.
    std::shared_ptr<LogIntake> logIntake() const;

    QByteArray saveState() const;
    void restoreState(const QByteArray& state);

    RequestsView& requests() { return *requests_; }
    SegmentTable& segments() { return *segments_; }
    RecordView& record() { return *record_; }

Q_SIGNALS:
    /// Its tabs alone are to be seen, and one of them was pressed.
    void roomWanted();
    void problem(const QString& sentence);

private:
    void joinSession();
    void showSegments();
    void showPinned();

    RunSession& session_;
    SystemClock clock_;
    RequestPagesFunction pages_;
    QTabWidget* tabs_ = nullptr;
    RequestsView* requests_ = nullptr;
    SegmentTable* segments_ = nullptr;
    RecordView* record_ = nullptr;
    LogView* log_ = nullptr;
    std::shared_ptr<const std::vector<SegmentFigures>> shownSegments_;
};

} // namespace penstock::ui
