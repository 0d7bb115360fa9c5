#include <atomic>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <gtest/gtest.h>
#include <random>
#include <sys/resource.h>
#include <thread>
#include <unordered_map>
#include <vector>

#include "crawler/seen_filter.h"
#include "crawler/seen_run.h"
#include "crawler/seen_set.h"

namespace gossamer {
namespace {

using Hash = SeenSet::Hash;

SeenSet::Secret secret() {
  SeenSet::Secret secret;
  secret.fill(7);
  return secret;
}

std::string scratch() { return testing::TempDir(); }

// Of `id`; distinct for distinct ids.
Hash hash_of(UrlId id) {
  std::uint64_t x = id;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
  return Hash{x ^ x >> 31};
}

// A table of the smallest size holds about 90,000 entries, so this many make dozens of runs.
constexpr std::size_t kTiny = std::size_t{4} << 20;
SeenSet::Options tiny() { return {.memory = kTiny, .scratch_directory = scratch()}; }

TEST(SeenFilter, PassesWhatWasAddedAndLittleElse) {
  SeenFilter filter(100'000, SeenFilter::kBestBits);
  for (UrlId id = 1; id <= 100'000; ++id) filter.add(hash_of(id));
  for (UrlId id = 1; id <= 100'000; ++id) ASSERT_TRUE(filter.passes(hash_of(id)));
  int passed = 0;
  for (UrlId id = 100'001; id <= 200'000; ++id) passed += filter.passes(hash_of(id)) ? 1 : 0;
  EXPECT_LT(passed, 2000);
  EXPECT_LT(filter.memory_bytes(), 130'000U);
}

TEST(SeenFilter, WithoutMemoryPassesEverything) {
  SeenFilter filter(1000, 1.5);
  EXPECT_TRUE(filter.passes(hash_of(1)));
  EXPECT_EQ(filter.memory_bytes(), 0U);
}

TEST(SeenRun, FindsEveryEntryAndNoOther) {
  for (const std::uint64_t count : {0U, 1U, 314U, 315U, 316U, 20'000U}) {
    auto writer = SeenRun::Writer::create(scratch(), count, 0);
    ASSERT_TRUE(writer);
    for (std::uint64_t i = 0; i < count; ++i)
      ASSERT_TRUE(writer->add({Hash{10 * i + 5}, SeenSet::kMaxId - i}));
    const auto run = writer->finish();
    ASSERT_TRUE(run);
    EXPECT_EQ((*run)->size(), count);
    for (std::uint64_t i = 0; i < count; ++i) {
      ASSERT_EQ(*(*run)->find(Hash{10 * i + 5}), SeenSet::kMaxId - i);
      ASSERT_EQ(*(*run)->find(Hash{10 * i + 6}), std::nullopt);
    }
    EXPECT_EQ(*(*run)->find(Hash{0}), std::nullopt);
    EXPECT_EQ(*(*run)->find(Hash{UINT64_MAX}), std::nullopt);
    SeenRun::Reader reader(*run);
    std::uint64_t read = 0;
    while (true) {
      ASSERT_TRUE(reader.next());
      if (!reader.entry()) break;
      ASSERT_EQ(reader.entry()->hash, Hash{10 * read + 5});
      ++read;
    }
    EXPECT_EQ(read, count);
  }
}

TEST(SeenSetOnDisk, AgreesWithAMapThroughManyRunsAndMerges) {
  SeenSet seen(secret(), tiny());
  std::unordered_map<std::uint64_t, UrlId> model;
  std::mt19937_64 random(1);
  UrlId next = 1;
  for (int i = 0; i < 1'500'000; ++i) {
    const Hash hash = hash_of(random() % 2'000'000);
    const auto [known, is_new] = model.emplace(static_cast<std::uint64_t>(hash), next);
    const auto answer = seen.insert(hash, next);
    ASSERT_EQ(answer.inserted, is_new) << i;
    ASSERT_EQ(answer.id, known->second) << i;
    next += is_new ? 1 : 0;
  }
  EXPECT_EQ(seen.size(), model.size());
  EXPECT_EQ(seen.trouble(), std::nullopt);
  EXPECT_GT(seen.disk_bytes(), std::uint64_t{8} << 20);
  for (const auto& [hash, id] : model) ASSERT_EQ(seen.find(Hash{hash}), id);
  for (UrlId id = 5'000'000; id < 5'100'000; ++id) ASSERT_EQ(seen.find(hash_of(id)), std::nullopt);
}

// As a page does it: what is on disk is read by another thread first, then the inserts read nothing.
TEST(SeenSetOnDisk, IsLoadedWithoutReadingTheDisk) {
  constexpr UrlId kUrls = 500'000;
  SeenSet seen(secret(), tiny());
  {
    SeenSet::Loader loader(seen, kUrls);
    for (UrlId id = 1; id <= kUrls; ++id) loader.add(std::to_string(id), id);
  }
  EXPECT_EQ(seen.size(), kUrls);
  EXPECT_GT(seen.disk_bytes(), 0U);
  EXPECT_EQ(seen.disk_reads(), 0U);
  for (UrlId id = 1; id <= kUrls; id += 17) ASSERT_EQ(seen.find(std::to_string(id)), id);
}

TEST(SeenSetOnDisk, ALoaderTakesNoMoreMemoryThanATableMayHave) {
  for (const std::size_t memory : {kTiny, 3 * kTiny, 16 * kTiny}) {
    const std::size_t table = memory * 9 / 16;
    EXPECT_GT(SeenTable::entries_within(table), 0U);
    SeenSet seen(secret(), {.memory = memory, .scratch_directory = scratch()});
    const std::size_t besides = seen.memory_bytes() - SeenTable().memory_bytes();
    {
      SeenSet::Loader loader(seen, 100'000'000);
      EXPECT_LT(seen.memory_bytes() - besides, table);
      for (UrlId id = 1; id <= 40; ++id) loader.add(std::to_string(id), id);
    }
    EXPECT_LT(seen.memory_bytes() - besides, table);
    EXPECT_EQ(seen.disk_bytes(), 0U) << "a table with hardly anything in it went to disk";
  }
}

TEST(SeenSetOnDisk, HalfTheMemoryIsFullBeforeAnythingGoesToDisk) {
  SeenSet seen(secret(), {.memory = 4 * kTiny, .scratch_directory = scratch()});
  UrlId id = 0;
  while (seen.memory_bytes() < 2 * kTiny) {
    ++id;
    seen.insert(hash_of(id), id);
  }
  for (UrlId known = 1; known <= id; ++known) ASSERT_FALSE(seen.insert(hash_of(known), id + 1).inserted);
  std::vector<Hash> all;
  for (UrlId known = 1; known <= id; ++known) all.push_back(hash_of(known));
  EXPECT_FALSE(seen.lookup(all)) << "known URLs are looked for on disk";
  EXPECT_EQ(seen.disk_bytes(), 0U);
}

TEST(SeenSetOnDisk, AfterALookupInsertsDoNotReadTheDisk) {
  SeenSet seen(secret(), tiny());
  UrlId next = 1;
  std::vector<Hash> page;
  std::uint64_t pages_that_read = 0;
  for (int round = 0; round < 6000; ++round) {
    page.clear();
    for (UrlId i = 0; i < 77; ++i) {
      // Every other link is known, from any time.
      page.push_back(i % 2 == 0 ? hash_of(next + i) : hash_of(1 + (round * 7919 + i * 104'729) % next));
    }
    if (auto lookup = seen.lookup(page)) {
      SeenSet::LookupAnswers answers;
      std::thread([&] { answers = (*lookup)(); }).join();
      seen.warm(answers);
    }
    const std::uint64_t before = seen.disk_reads();
    for (UrlId i = 0; i < 77; ++i) {
      const auto answer = seen.insert(page[i], next + i);
      if (i % 2 == 0) ASSERT_TRUE(answer.inserted);
    }
    pages_that_read += seen.disk_reads() != before ? 1 : 0;
    next += 77;
  }
  EXPECT_GT(seen.disk_bytes(), 0U);
  // Only when a table came to disk between the lookup and the inserts.
  EXPECT_LE(pages_that_read, 20U);
}

TEST(SeenSetOnDisk, AnOldLookupIsHarmless) {
  SeenSet seen(secret(), tiny());
  UrlId next = 1;
  std::optional<SeenSet::Lookup> lookup;
  const std::vector<Hash> asked{hash_of(1), hash_of(2'000'000), hash_of(1'500'000)};
  for (; next <= 1'400'000; ++next) {
    ASSERT_TRUE(seen.insert(hash_of(next), next).inserted);
    if (!lookup && next > 200'000) lookup = seen.lookup(asked);
  }
  ASSERT_TRUE(lookup);
  for (; next <= 1'900'000; ++next) ASSERT_TRUE(seen.insert(hash_of(next), next).inserted);
  seen.warm((*lookup)());  // says that 1,500,000 is unknown, which was true then
  EXPECT_EQ(seen.find(hash_of(1'500'000)), 1'500'000U);
  EXPECT_EQ(seen.insert(hash_of(1'500'000), 7).id, 1'500'000U);
  EXPECT_EQ(seen.find(hash_of(1)), 1U);
  EXPECT_TRUE(seen.insert(hash_of(2'000'000), next).inserted);
}

TEST(SeenSetOnDisk, MovesAndDiesWhileItMerges) {
  for (const UrlId count : {100'000U, 300'000U, 700'000U}) {
    SeenSet seen(secret(), tiny());
    for (UrlId id = 1; id <= count; ++id) seen.insert(hash_of(id), id);
    SeenSet moved = std::move(seen);
    EXPECT_EQ(moved.find(hash_of(1)), 1U);
    EXPECT_EQ(moved.insert(hash_of(count), 9).id, count);
  }
}

TEST(SeenSetOnDisk, KeepsInMemoryWhatTheDiskDoesNotTake) {
  SeenSet seen(secret(), {.memory = kTiny, .scratch_directory = scratch() + "/no/such/directory"});
  for (UrlId id = 1; id <= 500'000; ++id) ASSERT_TRUE(seen.insert(hash_of(id), id).inserted);
  for (UrlId id = 1; id <= 500'000; ++id) ASSERT_EQ(seen.find(hash_of(id)), id);
  for (int i = 0; i < 1'000'000 && !seen.trouble(); ++i) std::this_thread::yield();
  ASSERT_TRUE(seen.trouble());
  EXPECT_NE(seen.trouble()->message.find("/no/such/directory"), std::string::npos);
}

// A file may not grow beyond a size: what a full disk looks like, here first to the merges.
[[noreturn]] void insert_on_a_full_disk() {
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{3 << 20, 3 << 20};
  if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) std::exit(2);
  SeenSet seen(secret(), tiny());
  bool right = true;
  for (UrlId id = 1; id <= 600'000; ++id) right = seen.insert(hash_of(id), id).inserted && right;
  for (UrlId id = 1; id <= 600'000; ++id) right = seen.find(hash_of(id)) == id && right;
  for (int i = 0; i < 1'000'000 && !seen.trouble(); ++i) std::this_thread::yield();
  std::exit(right && seen.trouble() ? 0 : 1);
}

TEST(SeenSetOnDiskDeathTest, LosesNothingOnAFullDisk) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(insert_on_a_full_disk(), testing::ExitedWithCode(0), "");
}

// CPU time of this thread, which other programs do not disturb; the bound of the contract is 50 ms of time.
TEST(SeenSetOnDisk, NoInsertTakesLongWhateverHappensBeside) {
  const auto cpu = [] {
    timespec now;
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
  };
  SeenSet seen(secret(), {.memory = std::size_t{16} << 20, .scratch_directory = scratch()});
  double longest = 0;
  double before = cpu();
  for (UrlId id = 1; id <= 2'000'000; ++id) {
    seen.insert(hash_of(id), id);
    if (id % 64 != 0) continue;
    const double now = cpu();
    longest = std::max(longest, now - before);
    before = now;
  }
  EXPECT_LT(longest, 50);
}

TEST(SeenSetOnDisk, MemoryStaysWithinItsShare) {
  const SeenSet::Options options{.memory = std::size_t{8} << 20, .scratch_directory = scratch()};
  SeenSet seen(secret(), options);
  for (UrlId id = 1; id <= 2'000'000; ++id) {
    seen.insert(hash_of(id), id);
    if (id % 1000 != 0) continue;
    // The thread that inserts does nothing else here, so a slow disk would let it run ahead.
    while (seen.memory_bytes() > options.memory) {
      ASSERT_EQ(seen.trouble(), std::nullopt);
      std::this_thread::yield();
      seen.lookup({});
    }
  }
  EXPECT_LE(seen.memory_bytes(), options.memory);
}

}  // namespace
}  // namespace gossamer
