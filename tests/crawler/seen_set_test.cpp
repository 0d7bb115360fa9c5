#include "crawler/seen_set.h"

#include <gtest/gtest.h>
#include <random>
#include <stdexcept>
#include <string>
#include <unordered_map>

namespace gossamer {
namespace {

SeenSet::Secret secret(std::uint8_t byte) {
  SeenSet::Secret secret;
  secret.fill(byte);
  return secret;
}

TEST(SeenSet, KeepsTheIdOfTheFirstInsert) {
  SeenSet seen(secret(1));
  const auto first = seen.insert("https://example.com/", 17);
  EXPECT_TRUE(first.inserted);
  EXPECT_EQ(first.id, 17U);
  const auto again = seen.insert("https://example.com/", 18);
  EXPECT_FALSE(again.inserted);
  EXPECT_EQ(again.id, 17U);
  EXPECT_EQ(seen.find("https://example.com/"), 17U);
  EXPECT_EQ(seen.find("https://example.com/x"), std::nullopt);
  EXPECT_EQ(seen.size(), 1U);
}

TEST(SeenSet, AgreesWithAMapOnAMillionKeysSomeOfThemKnown) {
  SeenSet seen(SeenSet::random_secret());
  std::unordered_map<std::string, UrlId> model;
  std::mt19937_64 random(42);
  UrlId next = 1;
  for (int i = 0; i < 1'000'000; ++i) {
    const std::string url =
        "https://h" + std::to_string(random() % 1000) + ".example/" + std::to_string(random() % 900);
    const auto [known, is_new] = model.emplace(url, next);
    const auto answer = seen.insert(url, next);
    ASSERT_EQ(answer.inserted, is_new);
    ASSERT_EQ(answer.id, known->second);
    next += is_new ? 1 : 0;
  }
  EXPECT_EQ(seen.size(), model.size());
  for (const auto& [url, id] : model) ASSERT_EQ(seen.find(url), id);
  for (int i = 0; i < 100'000; ++i)
    ASSERT_EQ(seen.find("http://unknown.example/" + std::to_string(i)), std::nullopt);
}

// What random keys never show: hashes at both ends of a sub-table, all in one cluster, and the hash that
// looks empty.
TEST(SeenSet, HoldsEveryHash) {
  SeenSet seen(secret(2));
  std::unordered_map<std::uint64_t, UrlId> model;
  UrlId next = 1;
  const auto enter = [&](std::uint64_t hash) {
    const bool is_new = model.emplace(hash, next).second;
    ASSERT_EQ(seen.insert(SeenSet::Hash{hash}, next).inserted, is_new) << std::hex << hash;
    next += is_new ? 1 : 0;
  };
  constexpr std::uint64_t kLast = (std::uint64_t{1} << 56) - 1;
  for (const std::uint64_t table : {0x00ULL, 0x7fULL, 0xffULL}) {
    for (std::uint64_t i = 0; i < 500; ++i) {
      enter(table << 56 | i);
      enter(table << 56 | (kLast / 2 + i));
    }
    // No more than fit behind the last home: growing does not spread hashes as near as these.
    for (std::uint64_t i = 0; i < 50; ++i) enter(table << 56 | (kLast - 1 - i));
    EXPECT_EQ(seen.insert(SeenSet::Hash{table << 56 | kLast}, next).id, model.at(table << 56 | (kLast - 1)))
        << "the greatest hash counts as its neighbour";
  }
  for (const auto& [hash, id] : model) ASSERT_EQ(seen.find(SeenSet::Hash{hash}), id);
  EXPECT_EQ(seen.size(), model.size());
}

TEST(SeenSet, KeepsIdsOfFortyBits) {
  SeenSet seen(secret(3));
  seen.insert("a", SeenSet::kMaxId);
  seen.insert("b", UrlId{1} << 32);
  EXPECT_EQ(seen.find("a"), SeenSet::kMaxId);
  EXPECT_EQ(seen.find("b"), UrlId{1} << 32);
  EXPECT_THROW(seen.insert("c", 0), std::logic_error);
  EXPECT_THROW(seen.insert("c", SeenSet::kMaxId + 1), std::logic_error);
}

TEST(SeenSet, MemoryIsBoundedPerUrlAtEverySize) {
  SeenSet seen(secret(4));
  for (UrlId id = 1; id <= 1'000'000; ++id) {
    seen.insert(std::to_string(id), id);
    if (id >= 500'000 && id % 500 == 0) {
      ASSERT_LE(static_cast<double>(seen.memory_bytes()) / static_cast<double>(id), 18.0) << id;
    }
  }
}

TEST(SeenSet, KnowsWhatALoaderPutBack) {
  SeenSet seen(secret(7));
  for (const UrlId urls : {0U, 1U, 31U, 32U, 33U, 10'000U}) {
    SeenSet::Loader loader(seen, urls);
    const std::string prefix = std::to_string(urls) + "/";
    for (UrlId id = 1; id <= urls; ++id) loader.add(prefix + std::to_string(id), urls * 100'000 + id);
  }
  EXPECT_EQ(seen.size(), 1U + 31 + 32 + 33 + 10'000);
  for (const UrlId urls : {1U, 31U, 32U, 33U, 10'000U}) {
    const std::string prefix = std::to_string(urls) + "/";
    for (UrlId id = 1; id <= urls; ++id) {
      const auto answer = seen.insert(prefix + std::to_string(id), 1);
      ASSERT_FALSE(answer.inserted);
      ASSERT_EQ(answer.id, urls * 100'000 + id);
    }
  }
  EXPECT_TRUE(seen.insert("another", 1).inserted);
}

TEST(SeenSet, ALoaderMakesAsMuchRoomAsItsUrlsWillTake) {
  constexpr UrlId kUrls = 300'000;
  SeenSet inserted(secret(9));
  for (UrlId id = 1; id <= kUrls; ++id) inserted.insert(std::to_string(id), id);
  SeenSet loaded(secret(9));
  SeenSet::Loader loader(loaded, kUrls);
  const std::size_t before = loaded.memory_bytes();
  for (UrlId id = 1; id <= kUrls; ++id) loader.add(std::to_string(id), id);
  EXPECT_LT(loaded.memory_bytes(), before + before / 10);
  EXPECT_LT(loaded.memory_bytes(), inserted.memory_bytes() + inserted.memory_bytes() / 10);
}

TEST(SeenSet, ALoaderTakesNoIdThatDoesNotFit) {
  SeenSet seen(secret(8));
  SeenSet::Loader loader(seen, 1);
  EXPECT_THROW(loader.add("a", 0), std::logic_error);
  EXPECT_THROW(loader.add("a", SeenSet::kMaxId + 1), std::logic_error);
}

TEST(SeenSet, HashesDependOnTheSecret) {
  const SeenSet a(secret(5));
  const SeenSet b(secret(6));
  EXPECT_NE(a.hash("https://example.com/"), b.hash("https://example.com/"));
  const std::string longer(1000, 'x');
  EXPECT_NE(a.hash(longer), b.hash(longer));
  EXPECT_NE(SeenSet::random_secret(), SeenSet::random_secret());
}

TEST(SeenSet, SecretSurvivesAsHex) {
  const SeenSet::Secret secret = SeenSet::random_secret();
  const std::string hex = SeenSet::to_hex(secret);
  EXPECT_EQ(hex.size(), 64U);
  EXPECT_EQ(SeenSet::from_hex(hex), secret);
  EXPECT_FALSE(SeenSet::from_hex(hex.substr(1)));
  EXPECT_FALSE(SeenSet::from_hex(std::string(64, 'g')));
  EXPECT_FALSE(SeenSet::from_hex(""));
}

}  // namespace
}  // namespace gossamer
