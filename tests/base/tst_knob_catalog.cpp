// The catalog against what it describes: knobs_json.h's words and validate()'s ranges.
#include "engine/base/knob_catalog.h"
#include "engine/base/knobs_json.h"
#include "engine/base/profile.h"

#include <QFile>
#include <QTest>

#include <set>

using namespace penstock;

class TstKnobCatalog final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void describesEachKnobOnceInTheOrderOfTheWords() {
        const auto json = toJson(Knobs{});
        QCOMPARE(knobCatalog().size(), json.size());
        std::size_t at = 0;
        for (const auto& [word, value] : json.items()) {
            const auto& knob = knobCatalog()[at++];
            QCOMPARE(std::string(knob.word), word);
            QVERIFY(findKnob(word) == &knob);
            QVERIFY2(!knob.label.empty() && !knob.definition.empty(), word.c_str());
            QVERIFY2(!knob.definition.ends_with('.'), word.c_str());
        }
        QVERIFY(findKnob("adaptive") == nullptr);
    }

    void keepsGroupsTogether() {
        std::set<KnobGroup> done;
        auto group = knobCatalog().front().group;
        for (const auto& knob : knobCatalog()) {
            if (knob.group == group) continue;
            done.insert(group);
            group = knob.group;
            QVERIFY(!done.contains(group));
        }
    }

    void hasTheKindOfEachValue() {
        const auto json = toJson(Knobs{});
        for (const auto& knob : knobCatalog()) {
            const auto& value = json.at(std::string(knob.word));
            switch (knob.kind) {
            case KnobKind::Count:
            case KnobKind::Bytes:
                QVERIFY2(value.is_number_integer(), knob.word.data());
                break;
            case KnobKind::Duration:
            case KnobKind::Money:
                QVERIFY2(value.is_number(), knob.word.data());
                break;
            case KnobKind::Switch:
                QVERIFY2(value.is_boolean(), knob.word.data());
                break;
            case KnobKind::Choice:
            case KnobKind::Text:
                QVERIFY2(value.is_string(), knob.word.data());
                break;
            }
        }
    }

    void choicesAreTheOnesThatJsonTakesAndNoOther() {
        for (const auto& knob : knobCatalog()) {
            if (knob.kind != KnobKind::Choice) continue;
            Knobs knobs;
            const auto refused = setKnob(knob.word, "no-such-word", knobs);
            QVERIFY(!refused);
            std::string expected = "must be one of ";
            for (const auto choice : knob.choices) {
                expected += (choice == knob.choices.front() ? "" : ", ") + std::string(choice);
                QVERIFY(setKnob(knob.word, std::string(choice), knobs).ok());
                QCOMPARE(toJson(knobs).at(std::string(knob.word)).get<std::string>(), std::string(choice));
            }
            QCOMPARE(refused.error().message, expected);
        }
    }

    void sliderRangesLieInsideTheFullOnesAndHoldTheDefault() {
        const auto json = toJson(Knobs{});
        for (const auto& knob : knobCatalog()) {
            if (knob.sliderMost <= 0) continue;
            const double usual = json.at(std::string(knob.word)).get<double>();
            QVERIFY2(knob.least <= knob.sliderLeast && knob.sliderMost <= knob.most, knob.word.data());
            QVERIFY2(knob.sliderLeast <= usual && usual <= knob.sliderMost, knob.word.data());
        }
    }

    void countsEndWhereValidateEndsThem_data() {
        QTest::addColumn<QString>("word");
        for (const auto* word : {"max-concurrency", "queue-capacity", "max-connections", "max-attempts"})
            QTest::newRow(word) << word;
    }
    void countsEndWhereValidateEndsThem() {
        QFETCH(QString, word);
        const auto* knob = findKnob(word.toStdString());
        const auto problemsAt = [&](double value) {
            Knobs knobs;
            if (value < 0) return std::size_t{1}; // JSON takes none
            if (!setKnob(knob->word, static_cast<std::uint64_t>(value), knobs)) return std::size_t{99};
            return validate(knobs).size();
        };
        QCOMPARE(problemsAt(knob->least), std::size_t{0});
        QCOMPARE(problemsAt(knob->most), std::size_t{0});
        QCOMPARE(problemsAt(knob->least - 1), std::size_t{1});
        QCOMPARE(problemsAt(knob->most + 1), std::size_t{1});
    }

    void eachKnobTakesTheValueThatItGives() {
        const Knobs from;
        const auto values = toJson(from);
        Knobs to;
        for (const auto& knob : knobCatalog()) {
            const auto set = setKnob(knob.word, values.at(std::string(knob.word)), to);
            QVERIFY2(set.ok(), std::string(knob.word).c_str());
        }
        QCOMPARE(to, from);
        QVERIFY(!setKnob("max-concurrency", -1, to).ok());
        QCOMPARE(to, from);
    }

    void settingOneKnobAsksNothingOfTheSet() {
        Knobs knobs;
        QVERIFY(setKnob("attempt-timeout", "5s", knobs).ok());
        QCOMPARE(knobs.attemptTimeout, Nanos(std::chrono::seconds{5}));
        QCOMPARE(validate(knobs).size(), std::size_t{3}); // connect, first token and idle are longer
        const Knobs before = knobs;
        QCOMPARE(setKnob("deadline", "soon", knobs).error().message,
                 std::string("must be a time such as 0.5, 500ms, 30s or 5m"));
        QCOMPARE(setKnob("adaptive", "off", knobs).error().message, std::string("there is no knob named adaptive"));
        QVERIFY(knobs == before);
    }

    void theBuiltInProfilesCanBeApplied() {
        for (const auto* name : {"baseline", "controlled"}) {
            QFile file(QStringLiteral(":/profiles/%1.json").arg(QLatin1String(name)));
            QVERIFY(file.open(QIODevice::ReadOnly));
            Knobs knobs;
            const auto applied = applyProfile(file.readAll().toStdString(), name, knobs);
            QVERIFY2(applied.ok(), applied.ok() ? "" : applied.error().message.c_str());
        }
    }

    void aBadProfileGetsOneSentenceAndChangesNothing() {
        Knobs knobs;
        const auto problem = [&](const std::string& text) {
            const auto applied = applyProfile(text, "mine", knobs);
            return applied.ok() ? std::string() : applied.error().message;
        };
        QCOMPARE(problem("{\n\"max-concurrency\": 3,\n]"), std::string("mine:3: is not JSON"));
        QCOMPARE(problem("[]"), std::string("profile mine: a profile must be a JSON object of knobs"));
        QCOMPARE(problem("{\"cap\": 3}"), std::string("profile mine: there is no knob named cap"));
        QCOMPARE(problem("{\"max-concurrency\": 0}"),
                 std::string("profile mine: max-concurrency must be between 1 and 100000"));
        QCOMPARE(problem(std::string(maxProfileBytes + 1, ' ')),
                 std::string("profile mine: larger than 1 MiB, so it is no profile"));
        QVERIFY(knobs == Knobs{});
    }

    void aProfilesNameCanBeAFileName() {
        for (const auto* good : {"mine", "vLLM on 2 cards", "Überlast", "a.b"})
            QVERIFY2(checkProfileName(good).ok(), good);
        for (const auto* bad :
             {"", ".", "..", "../up", "a/b", "a\\b", "a\nb", "-x", " x", "x ", "x.", "Baseline", "controlled"})
            QVERIFY2(!checkProfileName(bad).ok(), bad);
        QVERIFY(!checkProfileName(std::string(65, 'a')).ok());
    }
};

QTEST_GUILESS_MAIN(TstKnobCatalog)
#include "tst_knob_catalog.moc"
