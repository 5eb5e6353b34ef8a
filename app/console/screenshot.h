#pragma once

#include <QObject>
#include <QString>

class QWidget;

namespace penstock::ui {
class RunSession;
}

namespace penstock::console {

/// `--screenshot FILE --after SECONDS`: writes a picture of the window once the run is so old, and ends the program: with 0, or
/// with 1 and a sentence when there is no picture.
class Screenshot final : public QObject {
    Q_OBJECT

public:
    /// `after` in seconds of run time; where no run is going on, of the wall clock.
    Screenshot(ui::RunSession& session, QWidget& window, QString file, double after, QObject* parent = nullptr);

private:
    void take();
    void give(const QString& why);

    QWidget& window_;
    const QString file_;
    bool taken_ = false;
};

} // namespace penstock::console
