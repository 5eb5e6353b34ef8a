#pragma once

#include <string>
#include <utility>
#include <variant>

namespace penstock {

/// Why something could not be done: one clear sentence for the person who reads it, saying what to do where that is known.
struct Error {
    std::string message;
};

/// A value or the reason why there is none. No exception crosses a module of the engine.
template <typename T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::move(value)) {}
    Result(Error error) : state_(std::move(error)) {}

    bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }

    /// Only when ok().
    T& value() { return std::get<0>(state_); }
    const T& value() const { return std::get<0>(state_); }
    T& operator*() { return value(); }
    const T& operator*() const { return value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    /// Only when not ok().
    const Error& error() const { return std::get<1>(state_); }

private:
    std::variant<T, Error> state_;
};

/// The result of an action that yields nothing.
using Status = Result<std::monostate>;
inline Status okStatus() { return Status(std::monostate{}); }

} // namespace penstock
