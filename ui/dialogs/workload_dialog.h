#pragma once

#include "engine/engine.h"
#include "ui/dialogs/workload_form.h"

#include <QDialog>
#include <QTimer>

class QCheckBox;
class QComboBox;
class QFrame;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QRadioButton;
class QSpinBox;
class QTableWidget;

namespace penstock::ui {

/// What to ask: the sample, a file (opened or dropped), or a synthetic workload, with a look at its first requests. Accepts only
/// what was read whole and found good.
class WorkloadDialog final : public QDialog {
    Q_OBJECT

public:
    /// `folder`: where the sample and synthetic workloads are kept.
    WorkloadDialog(WorkloadForm form, QString folder, QWidget* parent = nullptr);
    ~WorkloadDialog() override;

    WorkloadForm form() const;
    const WorkloadOptions& options() const { return options_; }
    /// As if the person had chosen this file.
    void setFile(const QString& path);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void build();
    void fill(const WorkloadForm& form);
    void showSource();
    void check();
    void onPreview(Result<WorkloadPreview> preview);
    void say(const QString& words, bool problem);

    const QString folder_;
    WorkloadOptions options_;
    std::unique_ptr<Inquiry> inquiry_;
    QTimer typing_; ///< runs while a path is being typed

    QRadioButton *sample_ = nullptr, *file_ = nullptr, *synthetic_ = nullptr;
    QLineEdit* path_ = nullptr;
    QPushButton *browse_ = nullptr, *ok_ = nullptr;
    QComboBox* format_ = nullptr;
    QSpinBox *limit_ = nullptr, *maxTokens_ = nullptr, *requests_ = nullptr, *words_ = nullptr, *tokens_ = nullptr;
    QCheckBox *loop_ = nullptr, *skip_ = nullptr;
    QWidget *fileRow_ = nullptr, *syntheticRow_ = nullptr;
    QLabel* answer_ = nullptr;
    QProgressBar* progress_ = nullptr;
    QTableWidget* preview_ = nullptr;
};

} // namespace penstock::ui
