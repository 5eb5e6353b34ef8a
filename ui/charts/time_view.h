#pragma once

#include <QObject>

#include <optional>

namespace penstock::ui {

/// The stretch of time that all charts show: one axis, one crosshair. Times are seconds of run time. GUI thread.
class TimeView final : public QObject {
    Q_OBJECT

public:
    enum class Range { HalfMinute, FiveMinutes, WholeRun };
    Q_ENUM(Range)

    using QObject::QObject;

    /// What there is to see: the run's beginning and its newest moment. While the view follows, it moves along.
    void setRun(double start, double end);
    double runStart() const { return start_; }
    double runEnd() const { return end_; }

    Range range() const { return range_; }
    void setRange(Range range);
    /// A shorter or a longer range; nothing at the ends of the list.
    void zoomIn();
    void zoomOut();

    /// Whether the newest moment stays at the right edge. The whole run always shows all; frozen, it stays as it was.
    bool following() const { return following_; }
    void setFollowing(bool following);

    double from() const { return to() - span(); }
    double to() const;
    double span() const;

    /// Moves by seconds, earlier when negative; leaves following. Ends at the run's own ends; reaching the newest moment
    /// follows again, unless `holding` (a drag that goes on).
    void scrollBy(double seconds, bool holding = false);
    /// Puts the right edge at `to`.
    void scrollTo(double to, bool holding = false);
    void toStart();
    void toEnd() { setFollowing(true); }

    /// The moment whose figures all charts read out.
    std::optional<double> crosshair() const { return crosshair_; }
    void setCrosshair(std::optional<double> time);
    /// The moment of a finished run that the rest of the window shows; nullopt: its end, or a run that goes on.
    std::optional<double> shownTime() const { return shownTime_; }
    void setShownTime(std::optional<double> time);
    /// Moves the crosshair, which starts at the right edge, and keeps it in view.
    void moveCrosshair(double seconds);

Q_SIGNALS:
    void changed();
    void crosshairMoved();

private:
    static double seconds(Range range);

    Range range_ = Range::HalfMinute;
    bool following_ = true;
    double start_ = 0, end_ = 0;
    double frozenTo_ = 0;
    double frozenSpan_ = 30; ///< of the whole run, when it was frozen
    std::optional<double> crosshair_, shownTime_;
};

} // namespace penstock::ui
