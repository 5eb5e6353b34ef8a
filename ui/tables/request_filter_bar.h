#pragma once

#include "engine/base/clock.h"
#include "engine/base/run_document.h"
#include "engine/base/segment_figures.h"

#include <QWidget>

#include <memory>
#include <vector>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QToolButton;

namespace penstock::ui {

class WaterfallLegend;

/// What narrows the table of requests: a text, an ending, a setting. Typing is waited for: the filter follows a moment
/// after the last key, at once with Enter.
class RequestFilterBar final : public QWidget {
    Q_OBJECT

public:
    static constexpr Nanos pause = std::chrono::milliseconds{250};

    /// `clock` must outlive the bar.
    explicit RequestFilterBar(const Clock& clock, QWidget* parent = nullptr);

    /// The present filter, written over `query`; its order stays.
    RequestQuery applied(RequestQuery query) const;
    /// Shows `query` without telling of a change.
    void show(const RequestQuery& query);
    /// The settings that can be chosen; the present choice is kept.
    void setSegments(const std::vector<SegmentFigures>& segments);
    void setCount(const QString& words);
    /// The button that goes back to newest first: told how many have ended since the order was chosen.
    void setReordered(bool reordered, std::uint64_t newer);
    bool queueShown() const;
    void setQueueShown(bool shown);
    void focusFilter();

Q_SIGNALS:
    void changed();
    void newestWanted();
    void queueShownChanged(bool shown);

private:
    QLineEdit* text_;
    QComboBox* which_;
    QComboBox* segment_;
    QToolButton* newest_;
    QLabel* count_;
    QCheckBox* queue_;
    WaterfallLegend* legend_;
    std::unique_ptr<Alarm> alarm_;
    const Clock& clock_;
    std::size_t known_ = 0;
};

} // namespace penstock::ui
