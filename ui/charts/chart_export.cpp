// What a chart can be written down as.
#include "engine/base/csv_line.h"
#include "ui/charts/live_chart.h"

#include <QApplication>
#include <QBuffer>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QFileDialog>
#include <QMenu>
#include <QPainter>
#include <QSvgGenerator>

namespace penstock::ui {

namespace {

constexpr int density = 2;

QByteArray pngOf(const QImage& image) {
    QBuffer bytes;
    bytes.open(QIODevice::WriteOnly);
    image.save(&bytes, "PNG");
    return bytes.data();
}

/// The header line's cells, and the points: all that the file says.
struct CsvContent {
    std::vector<std::string> names;
    bool simulated = false;
    double from = 0, to = 0;
    ChartData data;
};

QByteArray csvOf(const CsvContent& content) {
    CsvLine head;
    head.text("seconds");
    for (const auto& name : content.names) head.text(name);
    if (content.simulated) head.text("simulated");
    const auto line = head.finish();
    QByteArray out(line.data(), static_cast<qsizetype>(line.size()));
    // Each series is thinned for itself: their moments are brought together, in the order of time.
    std::map<double, std::vector<std::optional<double>>> rows;
    for (std::size_t i = 0; i < content.data.series.size(); ++i)
        for (const auto& point : content.data.series[i]) {
            auto& row = rows[point.time];
            row.resize(content.data.series.size());
            row[i] = point.value;
        }
    for (const auto& [time, values] : rows) {
        if (time < content.from || time > content.to) continue;
        out += QByteArray::number(time, 'f', 3);
        for (const auto& value : values) out += ',' + (value ? QByteArray::number(*value, 'g', 12) : QByteArray());
        if (content.simulated) out += ",simulated";
        out += '\n';
    }
    return out;
}

} // namespace

/// A chart as it is at one moment, to be drawn later.
struct LiveChart::Still {
    std::unique_ptr<ChartFace> face;
    ChartReading reading;
    QSize size;

    void paint(QPainter& painter) const {
        face->paintBody(painter);
        face->paintHeader(painter, reading, false);
    }
    QImage image() const {
        QImage image(size * density, QImage::Format_ARGB32_Premultiplied);
        image.setDevicePixelRatio(density);
        image.fill(Theme::instance().color(ColorRole::Panel));
        QPainter painter(&image);
        paint(painter);
        return image;
    }
};

std::shared_ptr<LiveChart::Still> LiveChart::still(QSize size, Extent extent, std::optional<double> until) const {
    auto out = std::make_shared<Still>();
    out->size = size;
    out->face = std::make_unique<ChartFace>(face_.spec());
    out->face->setMarkers(face_.markers());
    out->face->setBaseline(baseline_);
    out->face->setSimulated(face_.simulated());
    const auto [from, to] = stretchUntil(extent, until);
    const bool whole = extent == Extent::WholeRun || view_.range() == TimeView::Range::WholeRun;
    out->face->read(history_, from, to, whole, extent == Extent::Visible && view_.following(), size);
    if (history_ != nullptr && !history_->empty())
        out->reading = ChartReading::at(face_.spec(), *history_, to, out->face->data().barSeconds);
    return out;
}

QString LiveChart::words() const {
    // One that has not been painted since is read anew: who asks may not see it.
    return stale_ ? still(size(), Extent::Visible, std::nullopt)->face->describe(reading()) : face_.describe(reading());
}

std::pair<double, double> LiveChart::stretchUntil(Extent extent, std::optional<double> until) const {
    if (extent == Extent::WholeRun && history_ != nullptr && !history_->empty())
        return {history_->start(), std::min(until.value_or(history_->end()), history_->end())};
    const double from = view_.from(), to = view_.to();
    if (!until || *until >= to) return {from, to};
    // A whole run begins where it began; another range is as long as it was.
    return {view_.range() == TimeView::Range::WholeRun ? std::min(from, *until) : from - (to - *until), *until};
}

Document LiveChart::png(const QString& path, QSize size, Extent extent, std::optional<double> until) const {
    return {path, [still = still(size, extent, until)]() -> std::function<QByteArray()> {
                return [image = still->image()] { return pngOf(image); };
            }};
}

Document LiveChart::svg(const QString& path, QSize size) const {
    return {path, [still = still(size, Extent::Visible, std::nullopt), words = words(), simulated = face_.simulated()]() -> std::function<QByteArray()> {
                QBuffer bytes;
                bytes.open(QIODevice::WriteOnly);
                QSvgGenerator svg;
                svg.setOutputDevice(&bytes);
                svg.setSize(still->size);
                svg.setViewBox(QRect(QPoint(), still->size));
                svg.setTitle(still->face->spec().title);
                svg.setDescription(simulated ? tr("Of a simulated endpoint. %1").arg(words) : words);
                QPainter painter(&svg);
                still->paint(painter);
                painter.end();
                return [drawn = bytes.data()] { return drawn; };
            }};
}

Document LiveChart::csv(const QString& path, Extent extent, std::optional<double> until) const {
    CsvContent content;
    for (const auto& series : face_.spec().series) content.names.push_back(series.name.toStdString());
    content.simulated = face_.simulated();
    std::tie(content.from, content.to) = stretchUntil(extent, until);
    if (history_ != nullptr && !history_->empty())
        content.data = ChartData::read(face_.spec(), *history_, content.from, content.to, extent == Extent::WholeRun ? 5'000 : 1000, 60);
    return {path, [content = std::move(content)]() -> std::function<QByteArray()> {
                return [content] { return csvOf(content); };
            }};
}

void LiveChart::copyPicture() const { QApplication::clipboard()->setImage(still(size(), Extent::Visible, std::nullopt)->image()); }

void LiveChart::saveWithDialog(const QString& suffix, const QString& filter) {
    const QString path = QFileDialog::getSaveFileName(this, tr("Save the chart"), face_.spec().id + suffix, filter);
    if (path.isEmpty()) return;
    const QSize size(1200, 600);
    Q_EMIT saveRequested(suffix == QLatin1String(".png") ? png(path, size) : suffix == QLatin1String(".svg") ? svg(path, size) : csv(path));
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
