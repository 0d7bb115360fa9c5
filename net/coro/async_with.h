#pragma once

#include <concepts>
#include <exception>
#include <functional>
#include <type_traits>
#include <utility>

#include "net/coro/shield.h"
#include "net/coro/unseen_exception.h"

namespace gossamer {

// Something that has to be closed by waiting: its destructor cannot.
template <class Resource>
concept AsyncClosable = requires(Resource& resource) {
  { resource.close() } -> std::same_as<Task<>>;
};

// Awaits `body(resource)`, then `resource.close()` on every way out, and gives the body's value. The clean-up
// is shielded: it runs to its end also when the task is cancelled, so what it waits for needs a deadline. If
// both fail the body's exception is thrown and the other one reported.
template <AsyncClosable Resource, class Fn>
auto async_with(Resource resource, Fn body) -> std::invoke_result_t<Fn, Resource&> {
  using T = decltype(std::declval<typename std::invoke_result_t<Fn, Resource&>::promise_type&>().take());
  ResultSlot<T> result;
  try {
    co_await detail::store_in(result, std::invoke(body, resource));
  } catch (...) {
    result.unhandled_exception();
  }
  try {
    co_await shield(resource.close());
  } catch (...) {
    if (!result.exception()) throw;
    report_unseen("the clean-up of async_with()", std::current_exception());
  }
  co_return result.take();
}

}  // namespace gossamer
