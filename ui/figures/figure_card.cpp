#include "ui/figures/figure_card.h"

#include "ui/figures/sparkline.h"
#include "ui/figures/tabular_text.h"

#include <QAccessibleWidget>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

namespace penstock::ui {

namespace {

constexpr double margin = 11;

/// Reads the card when it is asked to: telling of ten changes a second would drown whoever listens.
class Accessible final : public QAccessibleWidget {
public:
    explicit Accessible(FigureCard* card)
        : QAccessibleWidget(card, QAccessible::Button) {}

    QString text(QAccessible::Text what) const override {
        const auto& shown = static_cast<FigureCard*>(widget())->text();
        switch (what) {
        case QAccessible::Name: return shown.spoken;
        case QAccessible::Value: return shown.value;
        case QAccessible::Description: return shown.badge;
        default: return QAccessibleWidget::text(what);
        }
    }
    QStringList actionNames() const override { return QStringList{pressAction()} + QAccessibleWidget::actionNames(); }
    void doAction(const QString& name) override {
        if (name == pressAction()) Q_EMIT static_cast<FigureCard*>(widget())->activated();
        else QAccessibleWidget::doAction(name);
    }
};

QAccessibleInterface* makeAccessible(const QString&, QObject* object) {
    auto* card = qobject_cast<FigureCard*>(object);
    return card ? new Accessible(card) : nullptr;
}

ColorRole lineColor(Figure figure) {
    switch (figure) {
    case Figure::CostPerSuccess:
    case Figure::SuccessesPerHour:
    case Figure::SuccessRate: return ColorRole::Green;
    case Figure::FirstToken: return ColorRole::Purple;
    case Figure::InFlight: return ColorRole::Blue;
    case Figure::Gap: return ColorRole::Orange;
    case Figure::NewConnections: return ColorRole::Pink;
    case Figure::Retries: return ColorRole::Vermilion;
    }
    return ColorRole::Grey;
}

} // namespace

FigureCard::FigureCard(Figure figure, QWidget* parent)
    : QWidget(parent)
    , figure_(figure) {
    static const bool installed = (QAccessible::installFactory(makeAccessible), true);
    Q_UNUSED(installed);
    setFocusPolicy(Qt::TabFocus);
    setAttribute(Qt::WA_Hover);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

int FigureCard::heightAt(double scale) {
    const auto& theme = Theme::instance();
    const QFontMetricsF small(theme.font(FontRole::Small, scale)), large(theme.font(FontRole::FigureLarge, scale));
    return qCeil(2 * 7 * scale + 2 * small.height() + large.capHeight() + 16 * scale);
}

void FigureCard::setText(FigureText text) {
    const bool same = text.value == text_.value && text.caption == text_.caption && text.change == text_.change && text.badge == text_.badge
                   && text.title == text_.title && text.simulated == text_.simulated && text.tone == text_.tone;
    text_ = std::move(text);
    if (!same) update();
}

void FigureCard::setPoints(std::vector<SnapshotHistory::Point> points) {
    points_ = std::move(points);
    update();
}

void FigureCard::setScale(double scale) {
    scale_ = scale;
    update();
}

bool FigureCard::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), text_.tip, this);
        return true;
    }
    return QWidget::event(event);
}

void FigureCard::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint())) Q_EMIT activated();
}

void FigureCard::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Space || event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) Q_EMIT activated();
    else QWidget::keyPressEvent(event);
}

void FigureCard::paintTitle(QPainter& painter, const QRectF& line) const {
    const auto& theme = Theme::instance();
    const QFont font = theme.font(FontRole::Small, scale_);
    const QFontMetricsF metrics(font);
    const double base = line.top() + metrics.ascent();
    painter.setFont(font);
    double right = line.right();
    painter.setPen(theme.color(ColorRole::TextMuted));
    if (!text_.badge.isEmpty()) {
        right -= tabularWidth(text_.badge, font);
        drawTabular(painter, right, base, text_.badge, font);
        right -= 8 * scale_;
    }
    if (text_.simulated && figure_ == Figure::CostPerSuccess) {
        const QString word = tr("simulated");
        right -= metrics.horizontalAdvance(word);
        painter.setPen(theme.color(ColorRole::Warn));
        painter.drawText(QPointF(right, base), word);
        right -= 8 * scale_;
    }
    painter.setPen(theme.color(ColorRole::TextMuted));
    painter.drawText(QPointF(line.left(), base), metrics.elidedText(text_.title, Qt::ElideRight, right - line.left()));
}

void FigureCard::paintCaption(QPainter& painter, const QRectF& line) const {
    const auto& theme = Theme::instance();
    const QFont font = theme.font(FontRole::Small, scale_);
    const QFontMetricsF metrics(font);
    const double base = line.top() + metrics.ascent();
    double left = line.left();
    if (!text_.change.isEmpty()) {
        QFont strong = font;
        strong.setWeight(QFont::DemiBold);
        painter.setPen(theme.color(text_.tone));
        drawTabular(painter, left, base, text_.change, strong);
        left += tabularWidth(text_.change, strong) + 5 * scale_;
    }
    painter.setPen(theme.color(ColorRole::TextMuted));
    const double room = line.right() - left;
    const bool fits = tabularWidth(text_.caption, font) <= room;
    if (fits) drawTabular(painter, left, base, text_.caption, font);
    else if (room > 0) {
        painter.setFont(font);
        painter.drawText(QPointF(left, base), metrics.elidedText(text_.caption, Qt::ElideRight, room));
    }
}

void FigureCard::paintEvent(QPaintEvent*) {
    const auto& theme = Theme::instance();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(hasFocus() ? QPen(theme.color(ColorRole::Accent), 2) : QPen(theme.color(underMouse() ? ColorRole::Marker : ColorRole::Border), 1));
    painter.setBrush(theme.color(ColorRole::Panel));
    painter.drawRoundedRect(hasFocus() ? frame.adjusted(0.5, 0.5, -0.5, -0.5) : frame, 8, 8);

    const QRectF inner = QRectF(rect()).adjusted(margin * scale_, 7 * scale_, -margin * scale_, -7 * scale_);
    const QFontMetricsF small(theme.font(FontRole::Small, scale_));
    const QRectF title(inner.left(), inner.top(), inner.width(), small.height());
    const QRectF caption(inner.left(), inner.bottom() - small.height(), inner.width(), small.height());
    const bool large = figure_ == Figure::CostPerSuccess;
    QFont font = theme.font(large ? FontRole::FigureLarge : FontRole::Figure, scale_);
    // A figure that does not fit is drawn smaller: one with its end cut off would be another figure.
    while (tabularWidth(text_.value, font) > inner.width() && font.pointSizeF() > 6) font.setPointSizeF(font.pointSizeF() * 0.94);
    const QFontMetricsF metrics(font);
    const double middle = (title.bottom() + caption.top()) / 2;
    const double used = tabularWidth(text_.value, font);

    const double room = inner.width() - used - 12 * scale_;
    const double most = (large ? 110 : 60) * scale_;
    if (room >= 22 * scale_) {
        const double width = std::min(room, most);
        const double height = (large ? 26 : 16) * scale_;
        drawSparkline(painter, QRectF(inner.right() - width, middle - height / 2, width - 2, height), points_, theme.color(lineColor(figure_)));
    }
    painter.setPen(theme.color(text_.value.isEmpty() ? ColorRole::TextMuted : ColorRole::Text));
    drawTabular(painter, inner.left(), middle + metrics.capHeight() / 2, text_.value, font);
    paintTitle(painter, title);
    paintCaption(painter, caption);
}

} // namespace penstock::ui
