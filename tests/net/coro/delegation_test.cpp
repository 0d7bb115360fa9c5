// co_yield elements_of(inner): one generator hands its caller over to another.
#include <gtest/gtest.h>
#include <list>
#include <map>
#include <ranges>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "net/coro/chain.h"
#include "net/coro/generator.h"
#include "tests/net/coro/noted_tasks.h"
#include "tests/net/coro/small_stack.h"

namespace gossamer {
namespace {

static_assert(std::ranges::input_range<Generator<int>>);

struct Note {
  Log& log;
  std::string what;
  ~Note() { log.push_back("~" + what); }
};

Generator<int, void, std::string> count(int from, int to) {
  for (int i = from; i < to; ++i) co_yield i;
  co_return std::to_string(to - from) + " values";
}

TEST(Delegation, YieldsTheValuesOfTheInnerOneAndGivesWhatItReturns) {
  std::string returned;
  auto outer = [](std::string& out) -> Generator<int> {
    co_yield 0;
    out = co_yield elements_of(count(1, 3));
    co_yield 3;
  }(returned);
  std::vector<int> values;
  for (const int value : outer) values.push_back(value);
  EXPECT_EQ(values, (std::vector{0, 1, 2, 3}));
  EXPECT_EQ(returned, "2 values");
}

TEST(Delegation, OneThatWasIteratedBeforeGoesOnFromThere) {
  const auto outer = [](Generator<int>& inner) -> Generator<int> { co_yield elements_of(inner); };
  auto inner = []() -> Generator<int> {
    for (int i = 1; i < 5; ++i) co_yield i;
  }();
  inner.next();
  std::vector<int> values;
  for (const int value : outer(inner)) values.push_back(value);
  EXPECT_EQ(values, (std::vector{2, 3, 4}));
  for (const int value : outer(inner)) ADD_FAILURE() << value << " of a closed one";
}

Generator<int, int> echo(Log& log, std::string name) {
  const Note note{log, name};
  for (int last = 0;;) {
    try {
      const auto sent = co_yield last;
      if (!sent) break;
      last = *sent;
    } catch (const std::out_of_range& error) {
      log.push_back(name + " caught " + error.what());
      last = -1;
    }
  }
}

Generator<int, int> relay(Log& log, int depth) {
  const Note note{log, "relay " + std::to_string(depth)};
  if (depth == 0) {
    co_yield elements_of(echo(log, "echo"));
  } else {
    co_yield elements_of(relay(log, depth - 1));
  }
}

TEST(Delegation, WhatIsSentReachesTheInnermost) {
  Log log;
  auto outer = relay(log, 3);
  for (int i = 1; i < 4; ++i) EXPECT_EQ(*outer.send(i), i);
}

TEST(Delegation, WhatIsThrownInReachesTheInnermostAndComesOutThroughAll) {
  Log log;
  auto outer = relay(log, 1);
  outer.send(5);
  EXPECT_EQ(*outer.throw_into(std::make_exception_ptr(std::out_of_range("range"))), -1);
  EXPECT_EQ(log, Log{"echo caught range"});
  const auto thrown =
      message_of([&] { outer.throw_into(std::make_exception_ptr(std::runtime_error("fatal"))); });
  EXPECT_EQ(thrown, "fatal");
  EXPECT_EQ(log, (Log{"echo caught range", "~echo", "~relay 0", "~relay 1"}));
  EXPECT_EQ(outer.state(), GeneratorState::closed);
}

TEST(Delegation, AnOuterOneMayCatchWhatTheInnerOneThrows) {
  auto outer = []() -> Generator<int, int> {
    try {
      co_yield elements_of([]() -> Generator<int, int> {
        co_yield 1;
        throw std::runtime_error("inner");
      }());
    } catch (const std::runtime_error&) {
    }
    const auto sent = co_yield 2;
    co_yield sent.value() * 10;
  }();
  EXPECT_EQ(*outer.next(), 1);
  EXPECT_EQ(*outer.next(), 2);
  EXPECT_EQ(*outer.send(7), 70) << "sent to the outer one again";
}

TEST(Delegation, CloseRunsDestructorsInsideOut) {
  Log log;
  auto outer = relay(log, 2);
  outer.send(1);
  outer.close();
  EXPECT_EQ(log, (Log{"~echo", "~relay 0", "~relay 1", "~relay 2"}));
}

TEST(Delegation, CloseAlsoClosesAnInnerOneThatLivesElsewhere) {
  Log log;
  auto inner = echo(log, "echo");
  auto outer = [](Generator<int, int>& in) -> Generator<int, int> { co_yield elements_of(in); }(inner);
  outer.send(1);
  EXPECT_EQ(inner.state(), GeneratorState::running);
  outer.close();
  EXPECT_EQ(inner.state(), GeneratorState::closed);
  EXPECT_EQ(log, Log{"~echo"});
}

TEST(Delegation, AChainThatIsHalfWayCanBeDelegatedTo) {
  Log log;
  auto inner = relay(log, 2);
  inner.send(1);
  {
    auto outer = [](Generator<int, int>& in) -> Generator<int, int> {
      co_yield elements_of(in);
      co_yield 100;
    }(inner);
    EXPECT_EQ(*outer.next(), 100) << "next() is sent to the innermost, which ends at it";
    EXPECT_EQ(log, (Log{"~echo", "~relay 0", "~relay 1", "~relay 2"}));
  }
}

TEST(DelegationDeathTest, ResumingAnInnerOneFromOutsideIsABrokenInvariant) {
  Log log;
  auto inner = echo(log, "echo");
  auto outer = [](Generator<int, int>& in) -> Generator<int, int> { co_yield elements_of(in); }(inner);
  outer.next();
  EXPECT_DEATH(inner.send(1), "while it ran or another delegated to it");
  const auto twice = [](Generator<int, int>& in) -> Generator<int, int> { co_yield elements_of(in); };
  EXPECT_DEATH(twice(inner).next(), "that another delegates to");
}

// The sales of a shop: for each kind an averager, all of them behind one grouper.
struct Summary {
  int count = 0;
  double average = 0;
  bool operator==(const Summary&) const = default;
};
struct EndOfGroup {};
using Sale = std::variant<double, EndOfGroup>;
struct Nothing {};

Generator<Nothing, Sale, Summary> averager() {
  Summary summary;
  double sum = 0;
  while (true) {
    const auto sale = co_yield {};
    if (!sale || std::holds_alternative<EndOfGroup>(*sale)) co_return summary;
    sum += std::get<double>(*sale);
    summary.average = sum / ++summary.count;
  }
}

Generator<Nothing, Sale> grouper(std::map<std::string, Summary>& report, std::vector<std::string> kinds) {
  for (const std::string& kind : kinds) report[kind] = co_yield elements_of(averager());
}

TEST(Delegation, ASalesSummaryByGroups) {
  const std::vector<std::pair<std::string, std::vector<double>>> sales{
      {"apples, kg", {12.5, 7.5, 10}}, {"apples, EUR", {25, 15}}, {"pears, kg", {}}};
  std::map<std::string, Summary> report;
  std::vector<std::string> kinds;
  for (const auto& [kind, amounts] : sales) kinds.push_back(kind);
  auto group = grouper(report, kinds);
  for (const auto& [kind, amounts] : sales) {
    for (const double amount : amounts) group.send(amount);
    group.send(EndOfGroup{});
  }
  EXPECT_EQ(group.state(), GeneratorState::closed);
  EXPECT_EQ(report, (std::map<std::string, Summary>{
                        {"apples, kg", {3, 10}}, {"apples, EUR", {2, 20}}, {"pears, kg", {0, 0}}}));
}

TEST(Chain, OfRangesAndGenerators) {
  std::vector<std::string> first{"a", "b"};
  const std::list<std::string> second{"c"};
  auto third = []() -> Generator<std::string> { co_yield "d"; }();
  auto fourth = std::views::iota(5, 7) | std::views::transform([](int i) { return std::to_string(i); });
  std::string all;
  for (const std::string& value : chain(first, second, std::move(third), fourth)) all += value;
  EXPECT_EQ(all, "abcd56");
  for (std::string& value : chain(first)) value += "!";
  EXPECT_EQ(first.front(), "a!") << "an element is yielded in place";
}

TEST(Chain, ChainsOfChains) {
  const auto numbers = [](int from, int to) { return std::views::iota(from, to); };
  std::vector<int> values;
  for (const int value : chain(chain(numbers(0, 2), numbers(2, 3)), chain(numbers(3, 5))))
    values.push_back(value);
  EXPECT_EQ(values, (std::vector{0, 1, 2, 3, 4}));
}

constexpr int kMillion = 1'000'000;

Generator<int, int, int> nested(int depth) {
  if (depth == 0) {
    for (int sum = 0;;) {
      const auto sent = co_yield sum;
      if (!sent) co_return sum;
      sum += *sent;
    }
  }
  co_return 1 + (co_yield elements_of(nested(depth - 1)));
}

TEST(FlatStack, AMillionStepsThroughAThousandGenerators) {
  on_a_small_stack([] {
    auto outer = nested(1000);
    for (int i = 1; i <= kMillion; ++i) EXPECT_EQ(*outer.send(1), i);
    EXPECT_EQ(outer.next(), nullptr);
    EXPECT_EQ(outer.result(), kMillion + 1000);
  });
}

TEST(FlatStack, AMillionNestedDelegationsReturnOrAreClosed) {
  on_a_small_stack([] {
    auto returns = nested(kMillion);
    EXPECT_EQ(*returns.send(5), 5);
    EXPECT_EQ(returns.next(), nullptr);
    EXPECT_EQ(returns.result(), kMillion + 5);
    auto closed = nested(kMillion);
    EXPECT_EQ(*closed.send(5), 5);
  });
}

Generator<int> ones() { co_yield 1; }

TEST(FlatStack, AMillionDelegationsOneAfterAnother) {
  on_a_small_stack([] {
    auto outer = []() -> Generator<int> {
      for (int i = 0; i < kMillion; ++i) co_yield elements_of(ones());
    }();
    int sum = 0;
    for (const int one : outer) sum += one;
    EXPECT_EQ(sum, kMillion);
  });
}

TEST(Delegation, AClosedOneGivesNothing) {
  auto closed = ones();
  closed.next();
  closed.close();
  const std::vector<int> more{2, 3};
  std::vector<int> all;
  for (const int value : chain(std::move(closed), more)) all.push_back(value);
  EXPECT_EQ(all, more);
}

TEST(Delegation, OneThatHasFailedBeforeGivesNothing) {
  auto failed = []() -> Generator<int> {
    co_yield 1;
    throw std::runtime_error("broken");
  }();
  failed.next();
  EXPECT_THROW(failed.next(), std::runtime_error);
  const std::vector<int> more{2, 3};
  std::vector<int> all;
  for (const int value : chain(std::move(failed), more)) all.push_back(value);
  EXPECT_EQ(all, more);
}

TEST(Delegation, ADestructorThatResumesTheClosingOneFindsItClosed) {
  struct Resumes {
    Generator<int>*& root;
    int* got;
    ~Resumes() {
      EXPECT_EQ(root->state(), GeneratorState::closed);
      if (root->next()) ++*got;
    }
  };
  Generator<int>* self = nullptr;
  int resumed = 0;
  const auto inner = [](Generator<int>*& root, int* got) -> Generator<int> {
    const Resumes resumes{root, got};
    co_yield 1;
    co_yield 2;
  };
  auto outer = [](Generator<int> given) -> Generator<int> {
    co_yield elements_of(given);
  }(inner(self, &resumed));
  self = &outer;
  outer.next();
  outer.close();
  EXPECT_EQ(resumed, 0);
}

}  // namespace
}  // namespace gossamer
