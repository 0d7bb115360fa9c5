#pragma once

#include <concepts>
#include <ranges>
#include <type_traits>
#include <utility>

#include "net/coro/generator.h"

namespace gossamer {

namespace detail {

// A range as a generator. What has a place in the range is yielded in place, not copied.
template <class Y, std::ranges::view View>
Generator<Y> each(View view) {
  for (auto&& value : view) co_yield std::forward<decltype(value)>(value);
}

template <class Y, std::same_as<Generator<Y>>... Sources>
Generator<Y> chain_generators(Sources... sources) {
  (co_yield elements_of(sources), ...);
}

}  // namespace detail

// The elements of several sources, one source after the other: generators (moved in) and ranges (an lvalue is
// referred to and must outlive the chain). The first source tells the type.
template <std::ranges::input_range First, std::ranges::input_range... Rest>
auto chain(First&& first, Rest&&... rest) {
  using Y = std::ranges::range_value_t<First>;
  const auto generator = []<class Source>(Source&& source) -> Generator<Y> {
    if constexpr (std::is_same_v<std::remove_cvref_t<Source>, Generator<Y>>) {
      return std::forward<Source>(source);
    } else {
      return detail::each<Y>(std::views::all(std::forward<Source>(source)));
    }
  };
  return detail::chain_generators<Y>(generator(std::forward<First>(first)),
                                     generator(std::forward<Rest>(rest))...);
}

}  // namespace gossamer
