#include "net/base/clock.h"

namespace gossamer {

const Clock& Clock::steady() {
  struct SteadyClock final : Clock {
    TimePoint now() const override { return std::chrono::steady_clock::now(); }
  };
  static const SteadyClock clock;
  return clock;
}

}  // namespace gossamer
