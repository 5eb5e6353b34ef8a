// What a chart can be written down as.
#include "ui/charts/live_chart.h"

#include <QApplication>
#include <QBuffer>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QFileDialog>
#include <QMenu>
#include <QPainter>
#include <QSaveFile>
#include <QSvgGenerator>

namespace penstock::ui {

namespace {

Status write(const QString& path, const QByteArray& bytes) {
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit()) return okStatus();
    return Error{QObject::tr("cannot write %1: %2").arg(path, file.errorString()).toStdString()};
}

/// RFC 4180.
QByteArray cell(const QString& text) {
    QString out = text;
    if (out.contains(QLatin1Char(',')) || out.contains(QLatin1Char('"')) || out.contains(QLatin1Char('\n')))
        out = QLatin1Char('"') + out.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
    return out.toUtf8();
}

} // namespace

std::unique_ptr<ChartFace> LiveChart::faceFor(QSizeF size) const {
    auto face = std::make_unique<ChartFace>(face_.spec());
    face->setMarkers(face_.markers());
    face->setBaseline(baseline_);
    face->setSimulated(face_.simulated());
    face->read(history_, view_.from(), view_.to(), view_.range() == TimeView::Range::WholeRun, view_.following(), size);
    return face;
}

Status LiveChart::savePng(const QString& path, QSize size) const {
    constexpr int density = 2;
    QImage image(size * density, QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(density);
    image.fill(Theme::instance().color(ColorRole::Panel));
    {
        auto face = faceFor(size);
        QPainter painter(&image);
        face->paintBody(painter);
        face->paintHeader(painter, readingAt(std::nullopt), false);
    }
    QBuffer bytes;
    bytes.open(QIODevice::WriteOnly);
    image.save(&bytes, "PNG");
    return write(path, bytes.data());
}

Status LiveChart::saveSvg(const QString& path, QSize size) const {
    QBuffer bytes;
    bytes.open(QIODevice::WriteOnly);
    {
        QSvgGenerator svg;
        svg.setOutputDevice(&bytes);
        svg.setSize(size);
        svg.setViewBox(QRect(QPoint(), size));
        svg.setTitle(face_.spec().title);
        svg.setDescription(face_.simulated() ? tr("Of a simulated endpoint. %1").arg(words()) : words());
        auto face = faceFor(size);
        QPainter painter(&svg);
        face->paintBody(painter);
        face->paintHeader(painter, readingAt(std::nullopt), false);
    }
    return write(path, bytes.data());
}

Status LiveChart::saveCsv(const QString& path) const {
    QByteArray out = "seconds";
    for (const auto& series : face_.spec().series) out += ',' + cell(series.name);
    if (face_.simulated()) out += ",simulated";
    out += '\n';
    if (history_ != nullptr && !history_->empty()) {
        const auto data = ChartData::read(face_.spec(), *history_, view_.from(), view_.to(), 1000, 60);
        // Each series is thinned for itself: their moments are brought together, in the order of time.
        std::map<double, std::vector<std::optional<double>>> rows;
        for (std::size_t i = 0; i < data.series.size(); ++i)
            for (const auto& point : data.series[i]) {
                auto& row = rows[point.time];
                row.resize(data.series.size());
                row[i] = point.value;
            }
        for (const auto& [time, values] : rows) {
            if (time < view_.from() || time > view_.to()) continue;
            out += QByteArray::number(time, 'f', 3);
            for (const auto& value : values) out += ',' + (value ? QByteArray::number(*value, 'g', 12) : QByteArray());
            if (face_.simulated()) out += ",simulated";
            out += '\n';
        }
    }
    return write(path, out);
}

void LiveChart::copyPicture() const {
    const QSize size = this->size();
    constexpr int density = 2;
    QImage image(size * density, QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(density);
    image.fill(Theme::instance().color(ColorRole::Panel));
    auto face = faceFor(size);
    QPainter painter(&image);
    face->paintBody(painter);
    face->paintHeader(painter, readingAt(std::nullopt), false);
    painter.end();
    QApplication::clipboard()->setImage(image);
}

void LiveChart::saveWithDialog(const QString& suffix, const QString& filter) {
    const QString path = QFileDialog::getSaveFileName(this, tr("Save the chart"), face_.spec().id + suffix, filter);
    if (path.isEmpty()) return;
    const QSize size(1200, 600);
    const auto written = suffix == QLatin1String(".png") ? savePng(path, size) : suffix == QLatin1String(".svg") ? saveSvg(path, size) : saveCsv(path);
    if (!written) Q_EMIT problem(QString::fromStdString(written.error().message));
}

void LiveChart::contextMenuEvent(QContextMenuEvent* event) {
    QMenu menu(this);
    menu.addAction(tr("&Enlarge"), this, &LiveChart::enlargeRequested);
    menu.addSeparator();
    menu.addAction(tr("&Copy picture"), this, &LiveChart::copyPicture);
    menu.addAction(tr("Save as &PNG..."), this, [this] { saveWithDialog(QStringLiteral(".png"), tr("Pictures (*.png)")); });
    menu.addAction(tr("Save as &SVG..."), this, [this] { saveWithDialog(QStringLiteral(".svg"), tr("Drawings (*.svg)")); });
    menu.addAction(tr("Save as CS&V..."), this, [this] { saveWithDialog(QStringLiteral(".csv"), tr("CSV (*.csv)")); });
    menu.exec(event->globalPos());
}

} // namespace penstock::ui
