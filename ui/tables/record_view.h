#pragma once

#include "engine/base/run_document.h"

#include <QWidget>

class QFrame;
class QLabel;
class QToolButton;

namespace penstock::ui {

class RecordModel;
class TableView;

/// The tab *Result record*: the verdict, and below it the seed's table.
class RecordView final : public QWidget {
    Q_OBJECT

public:
    explicit RecordView(QWidget* parent = nullptr);

    void setRecord(const ResultRecord& record);
    /// `why` replaces the words that say how to get a record.
    void clear(const QString& why = {});

    QByteArray saveState() const;
    bool restoreState(const QByteArray& state);
    TableView& table() { return *table_; }
    RecordModel& model() { return *model_; }
    QString bannerText() const;

private:
    void dress();

    RecordModel* model_;
    TableView* table_;
    QFrame* banner_;
    QLabel* verdict_;
    QLabel* sentence_;
    QLabel* names_;
    QToolButton* csv_;
    QToolButton* markdown_;
};

} // namespace penstock::ui
