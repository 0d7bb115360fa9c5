// What a step of a generator costs, by the number of generators it passes through: by delegation, and by a
// loop in each that yields what the next one gave.
#include <benchmark/benchmark.h>

#include "net/coro/generator.h"

namespace {

using gossamer::Generator;

constexpr int kEndless = 2'000'000'000;  // more than will be asked for

Generator<int> ones(int count) {
  for (int i = 0; i < count; ++i) co_yield 1;
}

Generator<int> delegate(std::int64_t depth, int count) {
  if (depth == 0) {
    co_yield gossamer::elements_of(ones(count));
  } else {
    co_yield gossamer::elements_of(delegate(depth - 1, count));
  }
}

Generator<int> loop(std::int64_t depth, int count) {
  if (depth == 0) {
    for (const int one : ones(count)) co_yield one;
  } else {
    for (const int one : loop(depth - 1, count)) co_yield one;
  }
}

void step(benchmark::State& state, Generator<int> (*generator)(std::int64_t, int)) {
  auto values = generator(state.range(0), kEndless);
  values.next();
  for (auto _ : state) benchmark::DoNotOptimize(values.next());
}

BENCHMARK_CAPTURE(step, delegation, delegate)->Arg(0)->Arg(10)->Arg(100)->Arg(1'000)->Arg(10'000);
BENCHMARK_CAPTURE(step, loops, loop)->Arg(0)->Arg(10)->Arg(100)->Arg(1'000)->Arg(10'000);

}  // namespace
