#include "crawler/url_queue.h"

#include <gtest/gtest.h>
#include <map>
#include <random>
#include <string>

namespace gossamer {
namespace {

FrontierEntry url(UrlId id, std::size_t length = 40) {
  return {.id = id,
          .host = 9,
          .depth = 3,
          .hops = 2,
          .attempt = 5,
          .url = std::string(length, static_cast<char>('a' + id % 26)),
          .priority = 4,
          .twins = 1,
          .refresh = true};
}

class UrlQueueTest : public testing::Test {
 protected:
  UrlId take() {
    const auto record = queue.front(store, 4096);
    EXPECT_TRUE(record);
    const FrontierEntry entry = (*record)->entry();
    EXPECT_EQ(entry, url(entry.id, entry.url.size()));
    queue.pop();
    return entry.id;
  }

  BlockStore store{testing::TempDir()};
  UrlQueue queue;
};

TEST_F(UrlQueueTest, KeepsOrderAndEveryFieldInMemoryAndOnDisk) {
  for (const bool spilled : {false, true}) {
    for (const UrlId id : {5, 1, 4, 2, 3}) queue.push(id * 10, url(id));
    if (spilled) {
      ASSERT_TRUE(queue.spill(store, 0));
      EXPECT_EQ(queue.window_bytes(), 0U);
      EXPECT_EQ(queue.memory_bytes(), 0U) << "a short run needs no memory beside the queue";
    }
    EXPECT_EQ(queue.smallest_key(), 10U);
    for (UrlId id = 1; id <= 5; ++id) EXPECT_EQ(take(), id);
    EXPECT_TRUE(queue.empty());
    EXPECT_EQ(store.disk_bytes(), 0U);
  }
}

TEST_F(UrlQueueTest, SpillKeepsWhatComesFirst) {
  for (UrlId id = 1; id <= 100; ++id) queue.push(id, url(id));
  const std::size_t all = queue.window_bytes();
  ASSERT_TRUE(queue.spill(store, all / 4));
  EXPECT_LE(queue.window_bytes(), all / 4);
  EXPECT_GT(queue.window_bytes(), all / 5);
  for (UrlId id = 1; id <= 100; ++id) EXPECT_EQ(take(), id);
}

TEST_F(UrlQueueTest, SmallSpillsAreGathered) {
  for (UrlId id = 1; id <= 1000; ++id) {
    queue.push(id, url(id));
    ASSERT_TRUE(queue.spill(store, 0));
  }
  EXPECT_LE(store.disk_bytes(), 3 * 65'536U);
  EXPECT_LE(queue.memory_bytes(), 2000U);
  for (UrlId id = 1; id <= 1000; ++id) EXPECT_EQ(take(), id);
  EXPECT_EQ(store.disk_bytes(), 0U);
}

TEST_F(UrlQueueTest, EqualKeysComeInTheOrderOfTheirIdsWhereverTheyAre) {
  for (const UrlId id : {7, 3, 9}) queue.push(1, url(id));
  ASSERT_TRUE(queue.spill(store, 0));
  for (const UrlId id : {8, 2}) queue.push(1, url(id));
  for (const UrlId id : {2, 3, 7, 8, 9}) EXPECT_EQ(take(), id);
}

TEST_F(UrlQueueTest, UrlsOfAnyLength) {
  const std::vector<std::size_t> lengths{0, 1, 4000, 4064, 4065, 10'000, 65'503, 65'504, 200'000};
  for (UrlId id = 0; id < lengths.size(); ++id) queue.push(id, url(id, lengths[id]));
  ASSERT_TRUE(queue.spill(store, 0));
  EXPECT_LT(queue.window_bytes(), 266'000U) << "only those that no block can hold stay";
  for (UrlId id = 0; id < lengths.size(); ++id) {
    const auto record = queue.front(store, 1);
    ASSERT_TRUE(record);
    EXPECT_EQ((*record)->entry(), url(id, lengths[id]));
    queue.pop();
  }
}

TEST_F(UrlQueueTest, RandomKeysAgainstAMultimap) {
  std::mt19937 random(11);
  std::map<std::pair<std::uint64_t, UrlId>, std::size_t> model;
  UrlId next = 1;
  for (int step = 0; step < 50'000; ++step) {
    const unsigned what = random() % 100;
    if (what < (step < 25'000 ? 55U : 40U)) {
      const std::uint64_t key = random() % (what < 20 ? 1'000 : 1'000'000);
      const std::size_t length = random() % 400;
      model.emplace(std::pair(key, next), length);
      queue.push(key, url(next++, length));
    } else if (what < 97 && !model.empty()) {
      ASSERT_EQ(queue.smallest_key(), model.begin()->first.first);
      const auto record = queue.front(store, random() % 5000);
      ASSERT_TRUE(record);
      ASSERT_EQ((*record)->id, model.begin()->first.second);
      ASSERT_EQ((*record)->entry(), url((*record)->id, model.begin()->second));
      queue.pop();
      model.erase(model.begin());
    } else {
      ASSERT_TRUE(queue.spill(store, random() % 20'000));
    }
    ASSERT_EQ(queue.size(), model.size());
  }
}

}  // namespace
}  // namespace gossamer
