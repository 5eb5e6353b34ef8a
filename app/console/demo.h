#pragma once

#include "ui/session/run_session.h"

#include <QObject>

namespace penstock::console {

/// `--demo`: a run that begins with a cap of 4, is pinned as the baseline after eight seconds, and goes on with the cap of the
/// profile: what a person would do first. By the time of the run, so that a slow machine shows the same.
class Demo final : public QObject {
    Q_OBJECT

public:
    explicit Demo(ui::RunSession& session, QObject* parent = nullptr);
    Status start();

private:
    void follow();

    static constexpr int firstCap = 4;
    static constexpr double turnAt = 8; ///< seconds of run time
    ui::RunSession& session_;
    Knobs wanted_;
    bool turned_ = false;
};

} // namespace penstock::console
