#include "net/coro/unseen_exception.h"

#include <cstdio>

#include "net/coro/cancellation.h"

namespace gossamer {

void report_unseen(std::string_view whose, const std::exception_ptr& exception) noexcept {
  const auto print = [whose](const char* what) {
    std::fprintf(stderr, "gossamer: %.*s failed and nobody looked at it: %s\n",
                 static_cast<int>(whose.size()), whose.data(), what);
  };
  if (!exception) return;
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& error) {
    print(error.what());
  } catch (const Cancelled&) {
  } catch (...) {
    print("an exception that is no std::exception");
  }
}

}  // namespace gossamer
