#include "tests/growth/growth.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

// Read by jemalloc: what was freed is kept, so that no run asks the kernel for memory, which costs more than
// the parser where blocks are large.
extern "C" const char* malloc_conf;
const char* malloc_conf = "oversize_threshold:0,dirty_decay_ms:-1,muzzy_decay_ms:-1";

namespace gossamer {

namespace {

constexpr double kMostGrowth = 24;       // from n to 8n
constexpr double kLeastSeconds = 0.001;  // of a measurement at n, so that the clock's grain does not matter
constexpr int kRounds = 60;  // other programs may use the caches meanwhile; most inputs are clear after two

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double seconds_of(const std::function<void(const std::string&)>& work, const std::string& input, int times) {
  const double start = cpu_seconds();
  for (int i = 0; i < times; ++i) work(input);
  return cpu_seconds() - start;
}

}  // namespace

std::string WorstInput::make(std::size_t units) const {
  std::string text = before;
  text.reserve(before.size() + units * unit.size() + after.size());
  for (std::size_t i = 0; i < units; ++i) text += unit;
  return text += after;
}

std::string WorstInput::name() const { return fmt::format("{:?} {:?}... {:?}", before, unit, after); }

void expect_near_linear(const std::string& name, std::size_t units,
                        const std::function<std::string(std::size_t)>& make,
                        const std::function<void(const std::string&)>& work) {
  std::array<std::string, 4> inputs;
  for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i] = make(units << i);
  work(inputs[0]);  // what is done once is not counted
  int times = 1;
  while (seconds_of(work, inputs[0], times) < kLeastSeconds) times *= 2;

  std::array<double, 4> least{};
  for (int round = 0; round < kRounds; ++round) {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const double seconds = seconds_of(work, inputs[i], times);
      least[i] = round == 0 ? seconds : std::min(least[i], seconds);
    }
    const bool long_enough = round > 0 || least[0] > 100 * kLeastSeconds;
    if (long_enough && least[3] < kMostGrowth / 2 * least[0]) break;  // clear enough
  }
  EXPECT_LT(least[3] / least[0], kMostGrowth) << name << ": at " << units << " units and its doubles "
                                              << fmt::format("{:.3g}", fmt::join(least, ", ")) << " seconds";
}

void expect_near_linear(const std::vector<WorstInput>& inputs, std::size_t units,
                        const std::function<void(const std::string&)>& work) {
  for (const WorstInput& input : inputs)
    expect_near_linear(input.name(), units, [&](std::size_t n) { return input.make(n); }, work);
}

}  // namespace gossamer
