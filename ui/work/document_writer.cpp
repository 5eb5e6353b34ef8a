#include "ui/work/document_writer.h"

#include "ui/work/write_whole.h"

#include <QDir>
#include <QFileInfo>

namespace penstock::ui {

namespace {

/// What was made on the disk for a set, in the order in which it must go again. The worker's thread alone.
class Made {
public:
    Status write(const QString& path, const QByteArray& bytes) {
        const QFileInfo file(path);
        if (auto status = makeFolder(file.absolutePath()); !status) return status;
        const bool replaces = file.exists();
        auto status = writeWhole(path, bytes);
        if (status && !replaces) files_.push_back(path);
        return status;
    }
    void undo() {
        for (const auto& path : files_) QFile::remove(path);
        for (auto folder = folders_.rbegin(); folder != folders_.rend(); ++folder) QDir().rmdir(*folder); // when empty
    }

private:
    Status makeFolder(const QString& folder) {
        std::vector<QString> missing;
        for (QString at = QDir::cleanPath(folder); !QFileInfo::exists(at); at = QFileInfo(at).path()) missing.push_back(at);
        for (auto at = missing.rbegin(); at != missing.rend(); ++at) {
            if (!QDir().mkdir(*at))
                return Error{QObject::tr("Cannot make the folder %1. Choose another place.").arg(folder).toStdString()};
            folders_.push_back(*at);
        }
        return okStatus();
    }

    std::vector<QString> files_, folders_;
};

} // namespace

struct DocumentWriter::Set {
    std::vector<Document> documents;
    Told told;
    std::size_t next = 0;
    bool cancelled = false;
    std::shared_ptr<Made> made = std::make_shared<Made>();
};

DocumentWriter::DocumentWriter() = default;
DocumentWriter::~DocumentWriter() = default;

void DocumentWriter::write(std::vector<Document> documents, Told told) {
    auto set = std::make_unique<Set>();
    set->documents = std::move(documents);
    set->told = std::move(told);
    sets_.push_back(std::move(set));
    if (sets_.size() == 1) begin();
}

void DocumentWriter::cancel() {
    for (const auto& set : sets_) set->cancelled = true;
}

/// By way of the worker, so that nothing is drawn and nobody told from inside.
void DocumentWriter::begin() {
    worker_.run([this]() -> std::function<void()> { return [this] { step(); }; });
}

// The worker is given no part of a set: what a caller's functions hold is destroyed on the GUI thread.
void DocumentWriter::step() {
    auto& set = *sets_.front();
    if (set.cancelled) return end(Error{cancelled});
    if (set.next == set.documents.size()) return end(okStatus());
    auto& document = set.documents[set.next++];
    worker_.run([this, made = set.made, path = document.path, encode = document.draw()]() -> std::function<void()> {
        return [this, status = made->write(path, encode())] {
            if (!status) return end(status);
            const auto& set = *sets_.front();
            if (set.told.progress) set.told.progress(static_cast<double>(set.next) / static_cast<double>(set.documents.size()));
            step();
        };
    });
    document.draw = nullptr; // what it was drawn from is not needed any more
}

void DocumentWriter::end(Status status) {
    worker_.run([this, made = sets_.front()->made, status]() -> std::function<void()> {
        if (!status) made->undo();
        return [this, status] {
            const auto set = std::move(sets_.front());
            sets_.erase(sets_.begin());
            if (!sets_.empty()) begin();
            set->told.done(status); // who may destroy us
        };
    });
}

} // namespace penstock::ui
