// A generator as a coroutine in the full sense: values go in, exceptions go in, and it can be closed.
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

#include "net/coro/generator.h"
#include "tests/net/coro/noted_tasks.h"

namespace gossamer {
namespace {

struct Note {
  Log& log;
  std::string what = "destroyed";
  ~Note() { log.push_back(what); }
};

// Yields the average of all that was sent so far.
Generator<double, double> running_average() {
  double sum = 0;
  double average = 0;
  for (int count = 1; auto value = co_yield average; ++count) {
    sum += *value;
    average = sum / count;
  }
}

TEST(GeneratorSend, ARunningAverageNeedsNoPriming) {
  auto average = running_average();
  EXPECT_EQ(*average.send(10), 10);
  EXPECT_EQ(*average.send(30), 20);
  EXPECT_EQ(*average.send(5), 15);
}

TEST(GeneratorSend, NextSendsNothing) {
  auto average = running_average();
  EXPECT_EQ(*average.next(), 0) << "up to the first co_yield";
  EXPECT_EQ(*average.send(10), 10);
  EXPECT_EQ(average.next(), nullptr) << "the body takes it for the end";
}

TEST(GeneratorSend, TheFourStatesAreObservable) {
  Generator<GeneratorState, int>* self = nullptr;
  auto generator = [](Generator<GeneratorState, int>*& me) -> Generator<GeneratorState, int> {
    while (co_yield me->state()) {
    }
  }(self);
  self = &generator;
  EXPECT_EQ(generator.state(), GeneratorState::created);
  EXPECT_EQ(*generator.send(1), GeneratorState::running);
  EXPECT_EQ(generator.state(), GeneratorState::suspended);
  EXPECT_EQ(generator.next(), nullptr);
  EXPECT_EQ(generator.state(), GeneratorState::closed);
}

TEST(GeneratorSend, WhatTheBodyReturnsIsItsResult) {
  auto sum = []() -> Generator<int, int, std::string> {
    int total = 0;
    while (auto value = co_yield total) total += *value;
    co_return "sum " + std::to_string(total);
  }();
  sum.send(1);
  sum.send(2);
  EXPECT_EQ(sum.next(), nullptr);
  EXPECT_EQ(sum.result(), "sum 3");
}

TEST(GeneratorSend, AfterTheEndSendAndNextGiveNothing) {
  auto generator = []() -> Generator<int, int> { co_yield 1; }();
  EXPECT_EQ(generator.send(5), nullptr);
  EXPECT_EQ(generator.send(5), nullptr);
  EXPECT_EQ(generator.next(), nullptr);
}

TEST(GeneratorSend, MoveOnlyValuesGoBothWays) {
  auto echo = []() -> Generator<std::unique_ptr<int>, std::unique_ptr<int>> {
    std::unique_ptr<int> last;
    while (auto value = co_yield std::move(last)) last = std::move(*value);
  }();
  EXPECT_EQ(**echo.send(std::make_unique<int>(4)), 4);
}

TEST(GeneratorSend, AConstValueIsYieldedAsACopy) {
  const std::vector<std::string> words{"one", "two"};
  auto generator = [](const std::vector<std::string>& all) -> Generator<std::string> {
    for (const std::string& word : all) co_yield word;
  }(words);
  std::vector<std::string> taken;
  for (std::string& word : generator) taken.push_back(std::move(word));
  EXPECT_EQ(taken, words) << "and the original was not moved from";
}

// Counts; starts anew when a std::out_of_range is thrown in.
Generator<int> counter(Log& log) {
  const Note note{log};
  for (int i = 0;; ++i) {
    try {
      co_yield i;
    } catch (const std::out_of_range& error) {
      log.push_back(error.what());
      i = -1;
    }
  }
}

TEST(GeneratorThrow, ABodyThatCatchesGoesOnToItsNextValue) {
  Log log;
  auto generator = counter(log);
  generator.next();
  generator.next();
  EXPECT_EQ(*generator.throw_into(std::make_exception_ptr(std::out_of_range("again"))), 0);
  EXPECT_EQ(*generator.next(), 1);
  EXPECT_EQ(log, Log{"again"});
}

TEST(GeneratorThrow, WhatTheBodyDoesNotCatchComesBackAndClosesIt) {
  Log log;
  auto generator = counter(log);
  generator.next();
  const auto thrown =
      message_of([&] { generator.throw_into(std::make_exception_ptr(std::runtime_error("no"))); });
  EXPECT_EQ(thrown, "no");
  EXPECT_EQ(log, Log{"destroyed"});
  EXPECT_EQ(generator.state(), GeneratorState::closed);
  EXPECT_EQ(generator.next(), nullptr);
}

TEST(GeneratorThrow, ABodyThatHasNotBegunOrHasEndedCannotCatch) {
  Log log;
  auto generator = counter(log);
  for (int i = 0; i < 2; ++i) {
    const auto thrown =
        message_of([&] { generator.throw_into(std::make_exception_ptr(std::out_of_range("early"))); });
    EXPECT_EQ(thrown, "early");
    EXPECT_EQ(generator.state(), GeneratorState::closed);
  }
  EXPECT_TRUE(log.empty()) << "not even begun";
}

TEST(GeneratorClose, RunsTheDestructorsOfTheBodyAndNoMoreOfIt) {
  Log log;
  auto generator = counter(log);
  generator.next();
  generator.close();
  EXPECT_EQ(log, Log{"destroyed"});
  EXPECT_EQ(generator.state(), GeneratorState::closed);
  EXPECT_EQ(generator.next(), nullptr);
  generator.close();
  EXPECT_EQ(log.size(), 1U);
}

TEST(GeneratorClose, OneThatHasNotBegunIsOnlyDropped) {
  Log log;
  auto generator = counter(log);
  generator.close();
  EXPECT_EQ(generator.next(), nullptr);
  EXPECT_TRUE(log.empty());
}

// A producer and a consumer, without a loop: the consumer is a generator that is sent what the producer
// makes.
TEST(GeneratorSend, AProducerSendsToAConsumerStepByStep) {
  Log log;
  auto consumer = [](Log& out) -> Generator<std::string, int, int> {
    int sum = 0;
    std::string status = "ready";
    while (auto item = co_yield status) {
      out.push_back("consumed " + std::to_string(*item));
      sum += *item;
      status = "ok " + std::to_string(*item);
    }
    co_return sum;
  }(log);
  for (int i = 1; i <= 3; ++i) {
    log.push_back("produced " + std::to_string(i));
    log.push_back(*consumer.send(i));
  }
  EXPECT_EQ(consumer.next(), nullptr);
  EXPECT_EQ(consumer.result(), 6);
  EXPECT_EQ(log, (Log{"produced 1", "consumed 1", "ok 1", "produced 2", "consumed 2", "ok 2", "produced 3",
                      "consumed 3", "ok 3"}));
}

using Numbers = Generator<int, int, int>;

Numbers resumes(Numbers*& self) {
  co_yield 1;
  self->send(2);
  co_return 0;
}

TEST(GeneratorDeathTest, SendingIntoARunningOneIsABrokenInvariant) {
  Numbers* self = nullptr;
  auto generator = resumes(self);
  self = &generator;
  generator.next();
  EXPECT_DEATH(generator.next(), "a Generator was resumed .* while it ran");
}

TEST(GeneratorDeathTest, ClosingARunningOneIsABrokenInvariant) {
  Numbers* self = nullptr;
  auto generator = [](Numbers*& me) -> Numbers {
    me->close();
    co_yield 1;
    co_return 1;
  }(self);
  self = &generator;
  EXPECT_DEATH(generator.next(), "a Generator was closed or destroyed while it ran");
}

TEST(GeneratorDeathTest, AskingForTheResultBeforeTheEndIsABrokenInvariant) {
  auto generator = []() -> Numbers {
    co_yield 1;
    co_return 2;
  }();
  generator.next();
  EXPECT_DEATH(generator.result(), "that has not returned");
}

TEST(GeneratorDeathTest, AskingForTheResultOfOneThatFailedIsABrokenInvariant) {
  auto generator = []() -> Generator<int> {
    co_yield 1;
    throw std::runtime_error("broken");
  }();
  generator.next();
  EXPECT_THROW(generator.next(), std::runtime_error);
  EXPECT_DEATH(generator.result(), "that has not returned");
}

TEST(GeneratorDeathTest, ThrowingInNothingIsABrokenInvariant) {
  auto generator = []() -> Generator<int> { co_yield 1; }();
  generator.next();
  EXPECT_DEATH(generator.throw_into(nullptr), "throw_into\\(\\) of no exception");
}

}  // namespace
}  // namespace gossamer
