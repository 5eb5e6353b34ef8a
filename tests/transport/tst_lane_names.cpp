#include "engine/transport/lane_name_book.h"
#include "engine/transport/lane_names.h"

#include <QHostAddress>
#include <QTest>

#include <set>

using namespace penstock;
using namespace std::chrono_literals;

class LaneNames : public QObject {
    Q_OBJECT

    static std::vector<QString> all(const std::string& host, bool tls, std::uint64_t atMost) {
        std::vector<QString> names;
        while (names.size() < atMost) {
            const auto name = laneName(host, tls, names.size());
            if (!name) break;
            names.push_back(*name);
        }
        return names;
    }

private Q_SLOTS:
    void inTheClearThereIsNoEnd() {
        const auto names = all("127.0.0.1", false, 10'000);
        QCOMPARE(names.size(), std::size_t{10'000});
        QCOMPARE(std::set<QString>(names.begin(), names.end()).size(), names.size());
    }

    void aHostNameHasOneForEachCaseOfItsLetters() {
        const auto names = all("api-1.ab.io", true, 10'000);
        QCOMPARE(names.size(), std::size_t{128}); // seven letters
        QCOMPARE(std::set<QString>(names.begin(), names.end()).size(), names.size());
        QCOMPARE(names.front(), QStringLiteral("api-1.ab.io"));
        for (const auto& name : names)
            QCOMPARE(name.toLower(), QStringLiteral("api-1.ab.io"));
    }

    void anAddressHasManySpellingsOfOneValue_data() {
        QTest::addColumn<QString>("address");
        QTest::addColumn<int>("spellings");
        QTest::newRow("IPv4") << "127.0.0.1" << 4096;
        QTest::newRow("IPv4, other digits") << "203.0.113.250" << 4096;
        QTest::newRow("IPv6") << "::1" << 65536;
        QTest::newRow("IPv6, full groups") << "2001:db8:abcd:ef01:1234:5678:9abc:def0" << 2;
    }
    void anAddressHasManySpellingsOfOneValue() {
        QFETCH(QString, address);
        QFETCH(int, spellings);
        const auto names = all(address.toStdString(), true, 70'000);
        QCOMPARE(static_cast<int>(names.size()), spellings);
        QCOMPARE(std::set<QString>(names.begin(), names.end()).size(), names.size());
        for (std::size_t i = 0; i < names.size(); i += i < 300 ? 1 : 97)
            QVERIFY2(QHostAddress(names[i]) == QHostAddress(address), qPrintable(names[i]));
    }

    void aNameInUseIsGivenToNobodyElse() {
        int managers = 0;
        LaneNameBook book("a.b", true, [&] {
            ++managers;
            return std::make_shared<QNetworkAccessManager>();
        });
        std::set<std::pair<QNetworkAccessManager*, QString>> taken;
        std::vector<LaneName> kept;
        for (int i = 0; i < 9; ++i) {
            kept.push_back(book.take(Instant{}));
            QVERIFY(taken.emplace(kept.back().manager.get(), kept.back().text).second);
        }
        QCOMPARE(managers, 3); // four spellings each
    }

    void aNameThatWasGivenBackIsUsedAgainOnceItsConnectionIsClosed() {
        LaneNameBook book("a.b", true, [] { return std::make_shared<QNetworkAccessManager>(); });
        const auto first = book.take(Instant{});
        const auto second = book.take(Instant{});
        book.giveBack(first, Instant{10s});
        book.giveBack(second, Instant{5s});
        QCOMPARE(book.take(Instant{4s}).text, *laneName("a.b", true, 2));
        QCOMPARE(book.take(Instant{5s}).text, second.text);
        QCOMPARE(book.take(Instant{9s}).text, *laneName("a.b", true, 3));
        QCOMPARE(book.take(Instant{10s}).text, first.text);
    }
};

QTEST_GUILESS_MAIN(LaneNames)
#include "tst_lane_names.moc"
