#include "ui/format/window_words.h"

#include <QObject>

namespace penstock::ui {

QString windowWords(QString sentence) {
    const std::pair<const char*, QString> words[] = {
        {"name it with --workload-format", QObject::tr("choose its format beside the file")},
        {"give it as standard input, with --workload -", QObject::tr("copy it into a file first")},
        {"stopped; --resume goes on with what is left", QObject::tr("stopped; Resume goes on with what is left")},
        {"use --resume to go on with it, or name another folder", QObject::tr("open it and press Resume to go on with it")},
        {"use --header or --api-key-env", QObject::tr("use the fields for the headers and the key")},
        {"use --http auto", QObject::tr("choose Automatic as the target's protocol")},
        {"--stream off asks for that", QObject::tr("turning the knob Stream off asks for that")},
    };
    for (const auto& [flag, instead] : words) sentence.replace(QLatin1String(flag), instead);
    return sentence;
}

} // namespace penstock::ui
