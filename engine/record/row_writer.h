#pragma once

#include "engine/record/run_file.h"

#include <cmath>
#include <concepts>

namespace penstock::record {

/// Binds the values of one row in the order of the table's columns, each by its own kind.
class RowWriter {
public:
    explicit RowWriter(QSqlQuery& query)
        : query_(query) {}

    RowWriter& operator<<(const std::string& text) { return bind(textValue(text)); }
    RowWriter& operator<<(std::string_view literal) {
        return bind(QByteArray(literal.data(), static_cast<qsizetype>(literal.size())));
    }
    RowWriter& operator<<(std::integral auto number) { return bind(static_cast<qint64>(number)); }
    RowWriter& operator<<(Nanos duration) { return bind(static_cast<qint64>(duration.count())); }
    RowWriter& operator<<(double number) { return bind(std::isfinite(number) ? QVariant(number) : QVariant()); }
    RowWriter& operator<<(const QVariant& value) { return bind(value); }
    template <std::integral Int>
    RowWriter& operator<<(const std::optional<Int>& value) {
        return bind(optionalValue(value));
    }
    RowWriter& operator<<(const std::optional<double>& value) { return value ? *this << *value : bind(QVariant()); }

private:
    RowWriter& bind(const QVariant& value) {
        query_.bindValue(column_++, value);
        return *this;
    }

    QSqlQuery& query_;
    int column_ = 0;
};

} // namespace penstock::record
