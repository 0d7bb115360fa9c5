#pragma once

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "net/coro/future.h"
#include "net/coro/generator.h"
#include "net/coro/task.h"

namespace gossamer {

// Awaits a generator-driven operation: a generator that yields the futures it waits for and is sent their
// values, the way coroutines were written before `co_await`. A future's exception, and the cancellation of
// the task, are thrown into it. Gives what it returns. (Where a future has no value the generator is sent a
// true.)
template <class T, class S, class R>
  requires std::is_same_v<S, std::conditional_t<std::is_void_v<T>, bool, T>>
Task<R> drive(Generator<Future<T>, S, R> operation) {
  Future<T>* waits_for = operation.next();
  while (waits_for) {
    const Future<T> future = *waits_for;
    std::optional<S> value;
    std::exception_ptr error;
    try {
      if constexpr (std::is_void_v<T>) {
        co_await future;
        value = true;
      } else {
        value.emplace(co_await future);
      }
    } catch (...) {
      error = std::current_exception();
    }
    waits_for = error ? operation.throw_into(std::move(error)) : operation.send(*std::move(value));
  }
  co_return operation.result();
}

}  // namespace gossamer
