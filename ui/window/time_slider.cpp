#include "ui/window/time_slider.h"

#include "ui/format/figures.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>

#include <cmath>

namespace penstock::ui {

TimeSlider::TimeSlider(QWidget* parent)
    : QWidget(parent) {
    auto* title = new QLabel(tr("Run time"));
    title->setProperty("muted", true);
    slider_ = new QSlider(Qt::Horizontal);
    slider_->setAccessibleName(tr("Time of the run"));
    slider_->setToolTip(tr("Show the run as it stood at this time"));
    title->setBuddy(slider_);
    label_ = new QLabel;
    label_->setProperty("muted", true);
    end_ = new QToolButton;
    end_->setText(tr("End"));
    end_->setToolTip(tr("Show the end of the run"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 2, 12, 2);
    row->addWidget(title);
    row->addWidget(slider_, 1);
    row->addWidget(label_);
    row->addWidget(end_);
    connect(slider_, &QSlider::valueChanged, this, &TimeSlider::onMoved);
    connect(end_, &QToolButton::clicked, slider_, [this] { slider_->setValue(slider_->maximum()); });
}

void TimeSlider::setLength(double seconds) {
    length_ = seconds;
    const QSignalBlocker quiet(slider_);
    slider_->setRange(0, static_cast<int>(std::ceil(seconds * 10)));
    slider_->setSingleStep(10);
    slider_->setPageStep(100);
    slider_->setValue(slider_->maximum());
    label_->setText(tr("end, %1").arg(clockText(seconds)));
}

void TimeSlider::onMoved(int value) {
    const bool atEnd = value == slider_->maximum();
    label_->setText(atEnd ? tr("end, %1").arg(clockText(length_)) : tr("%1 of %2").arg(clockText(value / 10.0), clockText(length_)));
    Q_EMIT timeChosen(atEnd ? std::nullopt : std::optional<double>(value / 10.0));
}

} // namespace penstock::ui
