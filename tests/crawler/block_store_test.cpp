#include "crawler/block_store.h"

#include <gtest/gtest.h>
#include <map>
#include <random>

namespace gossamer {
namespace {

std::vector<std::byte> bytes(std::size_t size, unsigned seed) {
  std::vector<std::byte> made(size);
  for (std::size_t i = 0; i < size; ++i) made[i] = static_cast<std::byte>(i * 31 + seed);
  return made;
}

TEST(BlockStore, KeepsBlocksOfAnySizeApart) {
  BlockStore store(testing::TempDir());
  std::mt19937 random(1);
  std::map<BlockStore::Block, std::pair<std::size_t, unsigned>> model;
  for (unsigned step = 0; step < 20'000; ++step) {
    if (random() % 2 == 0 || model.empty()) {
      const std::size_t size = 1 + random() % (random() % 10 == 0 ? BlockStore::kLargest : 3000);
      const auto block = store.write(bytes(size, step));
      ASSERT_TRUE(block);
      ASSERT_GE(store.capacity(*block), size);
      ASSERT_TRUE(model.emplace(*block, std::pair(size, step)).second) << "given out twice";
    } else {
      const auto at = std::next(model.begin(), static_cast<long>(random() % model.size()));
      const auto [size, seed] = at->second;
      const std::size_t begin = random() % size;
      const auto read = store.read(at->first, begin, size);
      ASSERT_TRUE(read);
      const auto written = bytes(size, seed);
      ASSERT_TRUE(std::ranges::equal(*read, std::span(written).subspan(begin)));
      store.free(at->first);
      model.erase(at);
    }
  }
  for (const auto& [block, what] : model) store.free(block);
  EXPECT_EQ(store.disk_bytes(), 0U);
}

TEST(BlockStore, UsesWhatWasFreed) {
  BlockStore store(testing::TempDir());
  std::vector<BlockStore::Block> blocks;
  for (unsigned i = 0; i < 1000; ++i) blocks.push_back(*store.write(bytes(4096, i)));
  const auto full = store.disk_bytes();
  EXPECT_LE(full, 1000 * 4096 + 65'536U);
  for (int round = 0; round < 10; ++round) {
    for (auto& block : blocks) {
      store.free(block);
      block = *store.write(bytes(4096, 0));
    }
    EXPECT_EQ(store.disk_bytes(), full);
  }
  for (const auto block : blocks) store.free(block);
  for (unsigned i = 0; i < 10'000; ++i) ASSERT_TRUE(store.write(bytes(100, i)));
  EXPECT_LE(store.disk_bytes(), full) << "slabs serve other sizes too";
}

TEST(BlockStore, WithoutADirectoryNothingIsStored) {
  BlockStore store(std::nullopt);
  EXPECT_FALSE(store.enabled());
  EXPECT_FALSE(store.write(bytes(1, 0)));
  EXPECT_EQ(store.disk_bytes(), 0U);
}

TEST(BlockStore, AMissingDirectoryIsAnError) {
  BlockStore store(testing::TempDir() + "/no/such/folder");
  const auto block = store.write(bytes(1, 0));
  ASSERT_FALSE(block);
  EXPECT_EQ(block.error().error_class, ErrorClass::io);
  EXPECT_EQ(store.disk_bytes(), 0U);
}

}  // namespace
}  // namespace gossamer
