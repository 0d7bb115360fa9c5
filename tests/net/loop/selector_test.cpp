#include "net/loop/selector.h"

#include <algorithm>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <random>
#include <sys/resource.h>
#include <sys/select.h>
#include <unistd.h>
#include <vector>

#include "tests/net/loop/socket_pair.h"
#include "tests/support/each_selector.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

void write_byte(const Fd& fd) { ASSERT_EQ(::write(fd.get(), "x", 1), 1); }
void read_byte(const Fd& fd) {
  char byte = 0;
  ASSERT_EQ(::read(fd.get(), &byte, 1), 1);
}

using Ready = std::map<void*, IoEvents>;

class SelectorTest : public EachSelectorTest {
 protected:
  // What is ready now, by data.
  Ready look() {
    Ready ready;
    for (const Selector::Event& event : selector_->select(0ns)) ready[event.data] = event.ready;
    return ready;
  }
  std::unique_ptr<Selector> selector_ = make_selector();
};
INSTANTIATE_WITH_EACH_SELECTOR(SelectorTest);

TEST_P(SelectorTest, ATimeoutThatIsOverOnlyLooks) {
  EXPECT_TRUE(selector_->select(-1ns).empty());
  EXPECT_TRUE(selector_->select(Duration::min()).empty());
}

TEST_P(SelectorTest, GivesBackTheDataOfWhatIsReady) {
  const Ends one = make_ends();
  const Ends two = make_ends();
  int first = 1;
  int second = 2;
  ASSERT_TRUE(selector_->register_fd(one.a.get(), IoEvents::read, &first));
  ASSERT_TRUE(selector_->register_fd(two.a.get(), IoEvents::read | IoEvents::write, &second));
  EXPECT_EQ(look(), (Ready{{&second, IoEvents::write}}));
  write_byte(one.b);
  write_byte(two.b);
  EXPECT_EQ(look(), (Ready{{&first, IoEvents::read}, {&second, IoEvents::read | IoEvents::write}}));
}

TEST_P(SelectorTest, IsLevelTriggered) {
  const Ends pair = make_ends();
  ASSERT_TRUE(selector_->register_fd(pair.a.get(), IoEvents::read, nullptr));
  write_byte(pair.b);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(look().size(), 1U);
  read_byte(pair.a);
  EXPECT_TRUE(look().empty());
}

TEST_P(SelectorTest, ModifyChangesTheInterestAndTheData) {
  const Ends pair = make_ends();
  int before = 0;
  int after = 0;
  ASSERT_TRUE(selector_->register_fd(pair.a.get(), IoEvents::write, &before));
  ASSERT_TRUE(selector_->modify(pair.a.get(), IoEvents::read, &after));
  EXPECT_TRUE(look().empty());
  write_byte(pair.b);
  EXPECT_EQ(look(), (Ready{{&after, IoEvents::read}}));
  ASSERT_TRUE(selector_->modify(pair.a.get(), IoEvents::none, &after));
  EXPECT_TRUE(look().empty());
}

TEST_P(SelectorTest, UnregisteredOnesAreNotReportedAndMayComeAgain) {
  const Ends pair = make_ends();
  int again = 0;
  write_byte(pair.b);
  ASSERT_TRUE(selector_->register_fd(pair.a.get(), IoEvents::read, nullptr));
  selector_->unregister(pair.a.get());
  EXPECT_TRUE(look().empty());
  ASSERT_TRUE(selector_->register_fd(pair.a.get(), IoEvents::read, &again));
  EXPECT_EQ(look(), (Ready{{&again, IoEvents::read}}));
}

TEST_P(SelectorTest, WaitsNoLessThanItsTimeout) {
  const Ends pair = make_ends();
  ASSERT_TRUE(selector_->register_fd(pair.a.get(), IoEvents::read, nullptr));
  const TimePoint start = Clock::steady().now();
  EXPECT_TRUE(selector_->select(1500us).empty());
  EXPECT_GE(Clock::steady().now() - start, 1500us);
}

TEST_P(SelectorTest, ClosedDescriptorsCannotBeRegistered) {
  const auto registered = selector_->register_fd(-1, IoEvents::read, nullptr);
  ASSERT_FALSE(registered);
  EXPECT_EQ(registered.error().error_class, ErrorClass::io);
}

// Random operations; after each, what is reported is what has bytes in it and is waited for.
TEST_P(SelectorTest, ReportsWhatAModelDoes) {
  constexpr std::size_t kPairs = 40;
  struct Registered {
    Ends pair = make_ends();
    std::optional<IoEvents> interest;  // none: not registered
    int bytes = 0;
  };
  std::vector<Registered> all(kPairs);
  std::mt19937 random(4);
  constexpr IoEvents kInterests[] = {IoEvents::none, IoEvents::read, IoEvents::write,
                                     IoEvents::read | IoEvents::write};
  for (int step = 0; step < 4000; ++step) {
    Registered& one = all[random() % kPairs];
    const IoEvents interest = kInterests[random() % 4];
    switch (random() % 4) {
      case 0:
        if (one.interest) {
          selector_->unregister(one.pair.a.get());
          one.interest.reset();
          break;
        }
        ASSERT_TRUE(selector_->register_fd(one.pair.a.get(), interest, &one));
        one.interest = interest;
        break;
      case 1:
        if (!one.interest) break;
        ASSERT_TRUE(selector_->modify(one.pair.a.get(), interest, &one));
        one.interest = interest;
        break;
      case 2:
        write_byte(one.pair.b);
        ++one.bytes;
        break;
      default:
        for (; one.bytes > 0; --one.bytes) read_byte(one.pair.a);
    }
    Ready expected;
    for (Registered& each : all) {
      if (!each.interest) continue;
      IoEvents ready = *each.interest & IoEvents::write;
      if (each.bytes > 0) ready = ready | (*each.interest & IoEvents::read);
      if (any(ready)) expected[&each] = ready;
    }
    ASSERT_EQ(look(), expected) << "at step " << step;
  }
}

TEST(SelectSelector, ADescriptorBeyondItsSetIsAnErrorAndPollAndEpollTakeIt) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  limit.rlim_cur = std::max<rlim_t>(limit.rlim_cur, FD_SETSIZE + 8);
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) GTEST_SKIP() << "this process may not have 1,024 descriptors";
  const Ends pair = make_ends();
  const Fd beyond(::fcntl(pair.a.get(), F_DUPFD_CLOEXEC, FD_SETSIZE));
  ASSERT_GE(beyond.get(), FD_SETSIZE);
  write_byte(pair.b);
  for (const SelectorKind kind : kSelectorKinds) {
    const auto selector = make_selector(kind);
    const auto registered = selector->register_fd(beyond.get(), IoEvents::read, nullptr);
    if (kind == SelectorKind::select) {
      ASSERT_FALSE(registered);
      EXPECT_EQ(registered.error().error_class, ErrorClass::io);
      EXPECT_NE(registered.error().message.find("below 1024"), std::string::npos);
    } else {
      ASSERT_TRUE(registered);
    }
    EXPECT_EQ(selector->select(0ns).size(), registered ? 1U : 0U);
  }
}

TEST(EpollSelector, EdgeTriggeredItReportsEachChangeOnce) {
  const auto selector = make_selector(SelectorKind::epoll);
  ASSERT_TRUE(selector->supports_edge());
  const Ends pair = make_ends();
  ASSERT_TRUE(selector->register_fd(pair.a.get(), IoEvents::read | IoEvents::edge, nullptr));
  for (int i = 0; i < 2; ++i) {
    write_byte(pair.b);
    EXPECT_EQ(selector->select(0ns).size(), 1U);
    EXPECT_EQ(selector->select(0ns).size(), 0U);
  }
}

TEST(SelectorKind, IsNamedAsItsSystemCall) {
  for (const SelectorKind kind : kSelectorKinds) EXPECT_EQ(parse_selector_kind(to_string(kind)), kind);
  const auto unknown = parse_selector_kind("kqueue");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().error_class, ErrorClass::invalid_input);
}

class SelectorDeathTest : public EachSelectorTest {};
INSTANTIATE_WITH_EACH_SELECTOR(SelectorDeathTest);

TEST_P(SelectorDeathTest, ADescriptorRegisteredTwiceIsNamed) {
  const Ends pair = make_ends();
  const auto selector = make_selector();
  ASSERT_TRUE(selector->register_fd(pair.a.get(), IoEvents::read, nullptr));
  EXPECT_DEATH((void)selector->register_fd(pair.a.get(), IoEvents::write, nullptr),
               "descriptor " + std::to_string(pair.a.get()) + " is registered twice");
}

TEST_P(SelectorDeathTest, SoIsOneThatIsNotRegistered) {
  const Ends pair = make_ends();
  const auto selector = make_selector();
  EXPECT_DEATH((void)selector->modify(pair.a.get(), IoEvents::write, nullptr), "is not registered");
  EXPECT_DEATH(selector->unregister(pair.a.get()), "is not registered");
}

TEST_P(SelectorDeathTest, AndOneThatWasClosedWhileRegistered) {
  Ends pair = make_ends();
  const auto selector = make_selector();
  ASSERT_TRUE(selector->register_fd(pair.a.get(), IoEvents::read, nullptr));
  const int fd = pair.a.get();
  EXPECT_DEATH(
      {
        pair.a.reset();
        if (GetParam() != SelectorKind::epoll) selector->select(0ns);  // epoll does not see it before
        selector->unregister(fd);
      },
      GetParam() == SelectorKind::select ? "was a registered descriptor closed" : "is not registered");
}

}  // namespace
}  // namespace gossamer
