#pragma once

#include "engine/base/result.h"
#include "ui/work/file_worker.h"

#include <QByteArray>
#include <QString>

#include <memory>
#include <vector>

namespace penstock::ui {

/// A file to be written. `draw` is what needs the GUI thread; what it returns makes the file's bytes on another one and owns
/// what it needs for that.
struct Document {
    QString path;
    std::function<std::function<QByteArray()>()> draw;
};

/// Writes sets of documents, a set after the other: each document is drawn in a turn of the event loop of its own, so that the
/// window stays alive meanwhile, and encoded and written, whole or not at all, on a thread of the writer. GUI thread.
class DocumentWriter {
public:
    struct Told {
        std::function<void(double)> progress; ///< 0..1, with each document that is written; may be empty
        std::function<void(Status)> done;     ///< once, unless the writer is gone before
    };

    DocumentWriter();
    /// A document that was drawn is written; those after it are not.
    ~DocumentWriter();
    DocumentWriter(const DocumentWriter&) = delete;
    DocumentWriter& operator=(const DocumentWriter&) = delete;

    /// Folders are made where they are missing. A set that does not come to its end leaves none of its files and folders behind,
    /// but for files that took the place of others.
    void write(std::vector<Document> documents, Told told);
    /// Ends all that was asked for: each is told the Error `cancelled`. The document that is being written comes to its end first.
    void cancel();

    static constexpr const char* cancelled = "the export was cancelled";

private:
    struct Set;

    void begin();
    void step();
    void end(Status status);

    std::vector<std::unique_ptr<Set>> sets_; ///< the first is under way
    FileWorker worker_;                      ///< last: its answers reach the members above
};

} // namespace penstock::ui
