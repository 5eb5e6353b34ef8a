#include "engine/run/turn_meter.h"

#include <QAbstractEventDispatcher>

namespace penstock {

TurnMeter::TurnMeter(const Clock& clock, std::function<void(Nanos)> onTurn) {
    auto* dispatcher = QAbstractEventDispatcher::instance();
    if (dispatcher == nullptr) return;
    awake_ = QObject::connect(dispatcher, &QAbstractEventDispatcher::awake, dispatcher, [this, &clock] { start_ = clock.now(); });
    aboutToBlock_ = QObject::connect(dispatcher, &QAbstractEventDispatcher::aboutToBlock, dispatcher,
                                     [this, &clock, onTurn = std::move(onTurn)] {
                                         if (start_) onTurn(clock.now() - *start_);
                                         start_.reset();
                                     });
}

TurnMeter::~TurnMeter() {
    QObject::disconnect(awake_);
    QObject::disconnect(aboutToBlock_);
}

} // namespace penstock
