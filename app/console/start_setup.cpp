#include "app/console/start_setup.h"

#include "ui/dialogs/target_form.h"
#include "ui/dialogs/workload_form.h"

namespace penstock::console {

namespace {

Status chooseTarget(const ConsoleOptions& options, const std::function<Result<Target>()>& simulated, StartSetup& out) {
    const auto form = options.demo ? ui::TargetForm{} : ui::TargetForm::load();
    if (options.targetGiven && !options.target.simulated) {
        out.run.target = options.target;
        out.run.targetName = QString::fromStdString(options.target.baseUrl);
        return okStatus();
    }
    if (!options.targetGiven && !form.simulated) {
        if (auto remembered = ui::targetOf(form, {})) {
            out.run.target = std::move(*remembered);
            out.run.targetName = form.baseUrl;
            out.run.keyAwaited = form.keySource == ui::TargetForm::KeySource::Keychain;
            if (out.run.keyAwaited) out.keyAccount = form.baseUrl;
            return okStatus();
        } else {
            out.problem = QObject::tr("The target %1 is not in use, the simulated endpoint is: %2.").arg(form.baseUrl, QString::fromStdString(remembered.error().message));
        }
    }
    auto target = simulated();
    if (!target) return target.error();
    out.run.target = std::move(*target);
    out.run.targetName = QObject::tr("Simulated endpoint");
    return okStatus();
}

} // namespace

Result<StartSetup> startSetup(const ConsoleOptions& options, const std::function<Result<Target>()>& simulated,
                              const QString& dataFolder) {
    StartSetup out;
    out.run.seed = options.seed;
    if (const auto chosen = chooseTarget(options, simulated, out); !chosen) return chosen.error();

    if (options.workloadGiven) {
        out.run.workload = options.workload;
        out.run.workloadName = QString::fromStdString(options.workload.path).section(QLatin1Char('/'), -1);
        return out;
    }
    const auto form = options.demo ? ui::WorkloadForm{} : ui::WorkloadForm::load();
    auto remembered = ui::workloadOf(form, dataFolder);
    if (remembered) {
        out.run.workload = std::move(*remembered);
        out.run.workloadName = form.name();
    } else {
        const auto why = QObject::tr("There is no workload yet, choose one (Ctrl+L): %1.").arg(QString::fromStdString(remembered.error().message));
        out.problem = out.problem.isEmpty() ? why : out.problem + QLatin1Char(' ') + why;
    }
    return out;
}

} // namespace penstock::console
