#pragma once

#include "engine/base/active_request.h"
#include "engine/base/run_document.h"

#include <QWidget>

#include <optional>

class QLabel;
class QStackedWidget;
class QTabWidget;
class QToolButton;

namespace penstock::ui {

class AttemptModel;
class TableView;
class TextPane;

/// One request in full: the answer as it arrives, the prompt, the attempts, the headers. All of it is text of others
/// and shown as text. Empty until a request is chosen.
class RequestDetailPane final : public QWidget {
    Q_OBJECT

public:
    explicit RequestDetailPane(QWidget* parent = nullptr);

    /// A request with its result. An answer that streamed here before stays where the reader is.
    void setDetail(const RequestDetail& detail);
    /// A request that goes on: what heads the pane until its result is there.
    void setActive(const ActiveRequest& request, bool ended, double now);
    /// What its stream has brought so far. One of another request than the pane shows is left out.
    void setWatched(const WatchedStream& stream);
    /// `why` replaces the invitation to choose a request, e.g. an error's sentence.
    void clear(const QString& why = {});
    std::optional<RequestId> shown() const { return id_; }
    /// The text of the tab in view, for the clipboard: as it came, not as it is shown.
    QString copyText() const;

private:
    void begin(RequestId id);
    void setReasoning(std::string_view text, bool slid);
    void showPrompt();
    void setNotice(const QString& text, bool bad);

    std::optional<RequestId> id_;
    int streamAttempt_ = 0;
    std::string body_;
    QStackedWidget* stack_;
    QLabel* empty_;
    QLabel* title_;
    QLabel* story_;
    QLabel* notice_;
    QTabWidget* tabs_;
    QToolButton* reasoningFold_;
    TextPane* reasoning_;
    TextPane* answer_;
    QLabel* facts_;
    QToolButton* raw_;
    TextPane* prompt_;
    AttemptModel* attempts_;
    TableView* attemptTable_;
    TextPane* headers_;
};

} // namespace penstock::ui
