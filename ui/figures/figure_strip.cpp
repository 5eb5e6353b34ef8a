#include "ui/figures/figure_strip.h"

#include "engine/base/cost.h"
#include "ui/figures/figure_card.h"

#include <QResizeEvent>

#include <cmath>
#include <numeric>

namespace penstock::ui {

namespace {

constexpr int gap = 8, side = 12;
/// How wide the cards are beside each other; the widths that their usual figures need.
constexpr std::array<int, figureCount> shares{283, 158, 138, 164, 136, 136, 150, 150};
/// Below this a row of eight would cut captions short.
constexpr int oneRow = 1300;

std::optional<double> valueOf(Figure figure, const Snapshot& s) {
    switch (figure) {
    case Figure::CostPerSuccess: return s.window.costPerSuccess;
    case Figure::SuccessesPerHour: return s.window.successesPerHour;
    case Figure::SuccessRate: return cost::perEach(s.successes, s.ended);
    case Figure::FirstToken: return s.window.tFirstToken.p95;
    case Figure::InFlight: return s.inFlight;
    case Figure::Gap: return s.gapFraction;
    case Figure::NewConnections: return cost::perEach(s.connectionsOpened, s.successes);
    case Figure::Retries: return cost::perEach(s.retries, s.ended);
    }
    return std::nullopt;
}

} // namespace

FigureStrip::FigureStrip(QWidget* parent)
    : QWidget(parent) {
    setAccessibleName(tr("Key figures"));
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    for (std::size_t at = 0; at < figureCount; ++at) {
        cards_[at] = new FigureCard(static_cast<Figure>(at), this);
        connect(cards_[at], &FigureCard::activated, this,
                [this] { setWantedScope(wanted_ == FigureScope::Setting ? FigureScope::Run : FigureScope::Setting); });
    }
    refresh();
}

void FigureStrip::setSnapshot(std::shared_ptr<const Snapshot> snapshot) {
    snapshot_ = std::move(snapshot);
    refresh();
    // Five minutes in a few dozen pixels: more than two a second cannot be seen.
    if (!snapshot_ || !sparkedAt_ || std::abs(snapshot_->elapsedSeconds - *sparkedAt_) >= 0.5 || snapshot_->state == RunState::Finished)
        refreshSparklines();
}

void FigureStrip::setKnobs(const Knobs& knobs) {
    knobs_ = knobs;
    refresh();
}

void FigureStrip::setSeries(Series series) {
    series_ = std::move(series);
    refreshSparklines();
}

void FigureStrip::setBaseline(std::optional<BaselineFigures> baseline) {
    baseline_ = std::move(baseline);
    refresh();
}

void FigureStrip::setScale(double scale) {
    scale_ = std::clamp(scale, 0.5, 4.0);
    for (auto* card : cards_) card->setScale(scale_);
    updateGeometry();
    place();
}

void FigureStrip::setWantedScope(FigureScope scope) {
    if (scope == wanted_) return;
    wanted_ = scope;
    refresh();
}

void FigureStrip::refresh() {
    const FigureInput input{snapshot_.get(), knobs_, baseline_ ? &*baseline_ : nullptr, wanted_};
    auto texts = figureTexts(input);
    for (std::size_t at = 0; at < figureCount; ++at) cards_[at]->setText(std::move(texts[at]));
}

void FigureStrip::refreshSparklines() {
    sparkedAt_ = snapshot_ ? std::optional(snapshot_->elapsedSeconds) : std::nullopt;
    for (std::size_t at = 0; at < figureCount; ++at) {
        if (!series_ || !snapshot_) {
            cards_[at]->setPoints({});
            continue;
        }
        const double to = snapshot_->elapsedSeconds;
        const int columns = at == 0 ? 110 : 60;
        const auto figure = static_cast<Figure>(at);
        cards_[at]->setPoints(series_([figure](const Snapshot& s) { return valueOf(figure, s); }, std::max(0.0, to - sparkSeconds), to, columns));
    }
}

int FigureStrip::rowsAt(int width) const { return width >= oneRow * scale_ ? 1 : 2; }
int FigureStrip::rows() const { return rowsAt(width()); }

int FigureStrip::heightForWidth(int width) const {
    const int rows = rowsAt(width);
    return rows * FigureCard::heightAt(scale_) + (rows - 1) * gap + 2 * 4;
}

QSize FigureStrip::sizeHint() const { return {oneRow, heightForWidth(std::max(width(), 1))}; }
// Of one row: how many there are follows from the width that the layout gives, which is not known yet when it asks this.
QSize FigureStrip::minimumSizeHint() const { return {640, heightForWidth(4000)}; }

void FigureStrip::resizeEvent(QResizeEvent* event) {
    if (rowsAt(event->oldSize().width()) != rows()) updateGeometry();
    place();
}

void FigureStrip::place() {
    const int rows = this->rows();
    const int height = FigureCard::heightAt(scale_);
    const auto lay = [&](std::size_t first, std::size_t count, int top) {
        const int total = std::accumulate(shares.begin() + static_cast<std::ptrdiff_t>(first), shares.begin() + static_cast<std::ptrdiff_t>(first + count), 0);
        const int room = width() - 2 * side - gap * (static_cast<int>(count) - 1);
        int share = 0;
        for (std::size_t at = first; at < first + count; ++at) {
            const int left = side + room * share / total + gap * static_cast<int>(at - first);
            share += shares[at];
            const int right = side + room * share / total + gap * static_cast<int>(at - first);
            cards_[at]->setGeometry(left, top, right - left, height);
        }
    };
    if (rows == 1) return lay(0, figureCount, 4);
    lay(0, 4, 4);
    lay(4, 4, 4 + height + gap);
}

} // namespace penstock::ui
