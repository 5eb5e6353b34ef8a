#pragma once

#include <QRadioButton>
#include <QStringList>
#include <QWidget>

#include <vector>

namespace penstock::ui {

/// A few choices side by side, one of them taken. Arrow keys move between them; each is a radio button to assistive programs.
class Segmented final : public QWidget {
    Q_OBJECT

public:
    /// `labels` are shown; `name` is what the choice is about.
    Segmented(const QStringList& labels, const QString& name, QWidget* parent = nullptr);

    int current() const;
    /// Without chosen().
    void setCurrent(int index);
    const std::vector<QRadioButton*>& buttons() const { return buttons_; }

Q_SIGNALS:
    /// By a person.
    void chosen(int index);

private:
    void paintEvent(QPaintEvent* event) override;

    std::vector<QRadioButton*> buttons_;
};

} // namespace penstock::ui
