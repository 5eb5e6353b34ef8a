#pragma once

#include "ui/tables/segment_model.h"
#include "ui/tables/table_view.h"

namespace penstock::ui {

/// The tab *Segments*: what each setting of the knobs did. A click on the last column, P, or the menu pins a setting.
class SegmentTable final : public TableView {
    Q_OBJECT

public:
    explicit SegmentTable(QWidget* parent = nullptr);

    void update(const std::vector<SegmentFigures>& segments, bool live);
    void setPinned(std::optional<std::uint32_t> number) { model_->setPinned(number); }
    SegmentModel& segmentModel() { return *model_; }

Q_SIGNALS:
    void pinRequested(std::uint32_t number);

private:
    void pin(int row);

    SegmentModel* model_;
};

} // namespace penstock::ui
