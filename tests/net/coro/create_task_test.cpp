// What a started task is given, and what it refuses.
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "net/coro/task_group.h"
#include "tests/support/fake_time.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

TEST(CreateTask, ArgumentsLiveAsLongAsTheTask) {
  run_in_fake_time([]() -> Task<> {
    auto shared = std::make_shared<int>(1);
    co_await with_task_group(
        [](TaskGroup& group, std::shared_ptr<int>* original) -> Task<> {
          // By reference: it is the task's own copy that is referred to.
          auto task = group.create_task(
              [](const std::shared_ptr<int>& mine, std::string_view text) -> Task<std::string> {
                co_await sleep_for(1s);
                EXPECT_EQ(mine.use_count(), 2);
                co_return std::string(text);
              },
              *original, std::string(100, 'x'));
          const std::string text = co_await task;
          EXPECT_EQ(text, std::string(100, 'x'));
          co_await let_others_run();
          EXPECT_EQ(original->use_count(), 1) << "freed at the end of the task, not of the handle";
        },
        &shared);
  });
}

TEST(CreateTask, TheClosureOfATaskLivesAsLongAsIt) {
  run_in_fake_time([]() -> Task<> {
    auto held = std::make_shared<int>(7);
    int seen = 0;
    co_await with_task_group(
        [](TaskGroup& group, std::shared_ptr<int>* value, int* out) -> Task<> {
          group.create_task([copy = *value, out]() -> Task<> {
            co_await sleep_for(1s);
            *out = *copy;
          });
          co_return;
        },
        &held, &seen);
    EXPECT_EQ(seen, 7);
  });
}

struct ThrowsWhenCopied {
  ThrowsWhenCopied() = default;
  ThrowsWhenCopied(const ThrowsWhenCopied&) { throw std::runtime_error("copy"); }
  ThrowsWhenCopied(ThrowsWhenCopied&&) = default;
};

TEST(CreateTask, IfAnArgumentCannotBeCopiedNothingWasStarted) {
  run_group_in_fake_time([](TaskGroup& group) -> Task<> {
    const ThrowsWhenCopied argument;
    bool thrown = false;
    try {
      group.create_task([](ThrowsWhenCopied) -> Task<> { co_return; }, argument);
    } catch (const std::runtime_error&) {
      thrown = true;
    }
    EXPECT_TRUE(thrown);
    EXPECT_EQ(group.running(), 0U);
    co_return;
  });
}

// What must not compile. A task outlives the call that starts it, so it may not borrow.
template <class... Args>
constexpr bool accepts = requires(TaskGroup& group, Task<> (*fn)(std::decay_t<Args>...), Args... args) {
  group.create_task(fn, std::forward<Args>(args)...);
};
static_assert(accepts<>);
static_assert(accepts<std::string, int, std::unique_ptr<int>, std::shared_ptr<int>>);
static_assert(accepts<int*, std::reference_wrapper<int>>);
static_assert(!accepts<std::string_view>);
static_assert(!accepts<const std::string_view&>);
static_assert(!accepts<std::wstring_view>);
static_assert(!accepts<std::span<char>>);
static_assert(!accepts<std::span<const int, 4>>);
static_assert(!accepts<int, std::string_view>);

template <class Fn, class... Args>
constexpr bool callable = requires(TaskGroup& group, Fn fn, Args... args) { group.create_task(fn, args...); };
static_assert(callable<Task<> (*)(int), int>);
static_assert(!callable<Task<> (*)(int&), int>, "a reference to the caller's variable is refused");
static_assert(callable<Task<> (*)(const int&), int>, "a reference to the task's own copy is not");
static_assert(!callable<int (*)(int), int>, "not a coroutine function");
static_assert(!callable<Task<>>, "a function and its arguments, not a task");

}  // namespace
}  // namespace gossamer
