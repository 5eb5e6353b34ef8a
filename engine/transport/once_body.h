#pragma once

#include <QIODevice>

#include <memory>
#include <string>

namespace penstock {

/// The body of a POST that can be read once. Qt sends a POST again by itself when the connection ends before the
/// response's headers are complete; a body that cannot be rewound makes it report ContentReSendError instead, so that
/// only the engine decides about a second sending. Random access, so that Qt neither copies it nor sends it chunked.
///
/// Qt's HTTP thread asks the thread of the QNetworkReply for the bytes, and only once the request's turn on a
/// connection has come. That makes this the place where a sending is decided: as long as taken() is false no server has
/// seen a whole request, and after revoke() none will.
class OnceBody final : public QIODevice {
    Q_OBJECT
public:
    explicit OnceBody(std::shared_ptr<const std::string> bytes, QObject* parent = nullptr);

    /// Whether any byte was handed out.
    bool taken() const { return taken_; }
    /// Nothing is handed out from now on: the request can never become whole.
    void revoke() { revoked_ = true; }

    qint64 size() const override { return static_cast<qint64>(bytes_->size()); }
    /// Refuses: see above.
    bool reset() override { return false; }

protected:
    qint64 readData(char* data, qint64 maxSize) override;
    qint64 writeData(const char*, qint64) override { return -1; }

private:
    std::shared_ptr<const std::string> bytes_;
    bool taken_ = false;
    bool revoked_ = false;
};

} // namespace penstock
