#include "net/coro/generator.h"

#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace gossamer {
namespace {

Generator<int> count_to(int end) {
  for (int i = 0; i < end; ++i) co_yield i;
}

struct Note {
  std::vector<std::string>& log;
  ~Note() { log.push_back("destroyed"); }
};

TEST(Generator, GivesItsValuesInOrder) {
  std::vector<int> values;
  for (const int value : count_to(4)) values.push_back(value);
  EXPECT_EQ(values, (std::vector{0, 1, 2, 3}));
}

TEST(Generator, AnEmptyOneEndsAtOnce) {
  for (const int value : count_to(0)) ADD_FAILURE() << value;
}

TEST(Generator, RunsOnlyAsFarAsItIsAsked) {
  std::vector<std::string> log;
  auto generator = [](std::vector<std::string>& out) -> Generator<int> {
    out.push_back("first");
    co_yield 1;
    out.push_back("second");
    co_yield 2;
  }(log);
  EXPECT_TRUE(log.empty());
  auto value = generator.begin();
  EXPECT_EQ(*value, 1);
  EXPECT_EQ(log.size(), 1U);
  ++value;
  EXPECT_EQ(*value, 2);
  ++value;
  EXPECT_TRUE(value == generator.end());
}

TEST(Generator, MovesOnlyWhereAskedTo) {
  auto generator = []() -> Generator<std::unique_ptr<int>> {
    co_yield std::make_unique<int>(1);
    auto named = std::make_unique<int>(2);
    co_yield named;
  }();
  std::vector<std::unique_ptr<int>> taken;
  for (std::unique_ptr<int>& value : generator) taken.push_back(std::move(value));
  EXPECT_EQ(*taken.at(0), 1);
  EXPECT_EQ(*taken.at(1), 2);
}

TEST(Generator, DestroyedHalfWayItRunsTheDestructorsOfItsFrame) {
  std::vector<std::string> log;
  {
    auto generator = [](std::vector<std::string>& out) -> Generator<int> {
      const Note note{out};
      for (int i = 0;; ++i) co_yield i;
    }(log);
    for (const int value : generator) {
      if (value == 3) break;
    }
    EXPECT_TRUE(log.empty());
  }
  EXPECT_EQ(log, std::vector<std::string>{"destroyed"});
}

TEST(Generator, ItsExceptionLeavesThroughTheIterationAndEndsIt) {
  std::vector<std::string> log;
  auto generator = [](std::vector<std::string>& out) -> Generator<int> {
    const Note note{out};
    co_yield 1;
    throw std::runtime_error("broken");
  }(log);
  auto value = generator.begin();
  EXPECT_EQ(*value, 1);
  EXPECT_THROW(++value, std::runtime_error);
  EXPECT_EQ(log, std::vector<std::string>{"destroyed"});
  EXPECT_TRUE(value == generator.end());
}

TEST(Generator, IteratedAgainAtItsEndItIsEmpty) {
  auto generator = count_to(2);
  for ([[maybe_unused]] const int value : generator) {
  }
  for (const int value : generator) ADD_FAILURE() << value;
}

}  // namespace
}  // namespace gossamer
