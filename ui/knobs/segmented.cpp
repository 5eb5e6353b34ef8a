#include "ui/knobs/segmented.h"

#include "ui/theme/theme.h"

#include <QAccessibleWidget>
#include <QHBoxLayout>
#include <QPainter>

namespace penstock::ui {

namespace {

class Segment final : public QRadioButton {
public:
    using QRadioButton::QRadioButton;

    QSize sizeHint() const override {
        const QFontMetrics metrics(Theme::instance().font(FontRole::Strong));
        return {metrics.horizontalAdvance(text()) + 6, metrics.height() + 9};
    }
    QSize minimumSizeHint() const override { return {20, sizeHint().height()}; }

private:
    bool hitButton(const QPoint& at) const override { return rect().contains(at); }

    void paintEvent(QPaintEvent*) override {
        const auto& theme = Theme::instance();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const QRectF box = QRectF(rect()).adjusted(1.5, 1.5, -1.5, -1.5);
        painter.setPen(Qt::NoPen);
        if (isChecked()) {
            painter.setBrush(isEnabled() ? theme.color(ColorRole::Accent) : theme.color(ColorRole::Border));
            painter.drawRoundedRect(box, 4, 4);
        } else if (underMouse() && isEnabled()) {
            painter.setBrush(theme.color(ColorRole::Raised));
            painter.drawRoundedRect(box, 4, 4);
        }
        QFont font = theme.font(FontRole::Body);
        if (isChecked()) font.setWeight(QFont::DemiBold);
        if (QFontMetrics(font).horizontalAdvance(text()) > width() - 8) font.setPointSizeF(theme.font(FontRole::Small).pointSizeF());
        painter.setFont(font);
        painter.setPen(isChecked() && isEnabled() ? theme.color(ColorRole::AccentText)
                                                  : theme.color(isEnabled() && !isChecked() ? ColorRole::Text : ColorRole::TextMuted));
        painter.drawText(rect(), Qt::AlignCenter, QFontMetrics(font).elidedText(text(), Qt::ElideRight, width() - 2));
        if (hasFocus()) {
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(theme.color(isChecked() ? ColorRole::Text : ColorRole::Accent), 1.5));
            painter.drawRoundedRect(box, 4, 4);
        }
    }
};

/// A group whose value is the choice that is taken.
class Accessible final : public QAccessibleWidget {
public:
    explicit Accessible(Segmented* choices)
        : QAccessibleWidget(choices, QAccessible::Grouping) {}

    QString text(QAccessible::Text what) const override {
        const auto* choices = static_cast<Segmented*>(widget());
        if (what != QAccessible::Value || choices->current() < 0) return QAccessibleWidget::text(what);
        return choices->buttons()[static_cast<std::size_t>(choices->current())]->text();
    }
};

QAccessibleInterface* makeAccessible(const QString&, QObject* object) {
    auto* choices = qobject_cast<Segmented*>(object);
    return choices ? new Accessible(choices) : nullptr;
}

} // namespace

Segmented::Segmented(const QStringList& labels, const QString& name, QWidget* parent)
    : QWidget(parent) {
    static const bool installed = (QAccessible::installFactory(makeAccessible), true);
    Q_UNUSED(installed);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(1, 1, 1, 1);
    row->setSpacing(0);
    for (const auto& label : labels) {
        auto* button = new Segment(label, this);
        button->setAccessibleName(tr("%1: %2").arg(name, label));
        button->setAttribute(Qt::WA_Hover);
        button->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
        const int index = static_cast<int>(buttons_.size());
        connect(button, &QRadioButton::clicked, this, [this, index] { Q_EMIT chosen(index); });
        row->addWidget(button, button->sizeHint().width());
        buttons_.push_back(button);
    }
    setAccessibleName(name);
}

int Segmented::current() const {
    for (std::size_t index = 0; index < buttons_.size(); ++index)
        if (buttons_[index]->isChecked()) return static_cast<int>(index);
    return -1;
}

void Segmented::setCurrent(int index) {
    if (index >= 0 && index < static_cast<int>(buttons_.size())) buttons_[static_cast<std::size_t>(index)]->setChecked(true);
}

void Segmented::paintEvent(QPaintEvent*) {
    const auto& theme = Theme::instance();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme.color(ColorRole::Border));
    painter.setBrush(theme.color(ColorRole::Panel));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
}

} // namespace penstock::ui
