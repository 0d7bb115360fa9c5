#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gossamer {

// Keeps short strings behind views that stay valid as long as the vector it fills: few allocations, none
// moves.
class StringArena {
 public:
  explicit StringArena(std::vector<std::unique_ptr<std::string>>& blocks) : blocks_(blocks) {}

  std::string_view keep(std::string_view text) {
    if (text.empty()) return {};
    if (block_ == nullptr || block_->capacity() - block_->size() < text.size()) {
      auto block = std::make_unique<std::string>();
      block->reserve(text.size() > kBlockBytes / 4 ? text.size() : kBlockBytes);
      std::string& added = *block;
      blocks_.push_back(std::move(block));
      if (text.size() > kBlockBytes / 4) return added.append(text);
      block_ = &added;
    }
    const std::size_t start = block_->size();
    block_->append(text);
    return std::string_view(*block_).substr(start);
  }

 private:
  static constexpr std::size_t kBlockBytes = 4096;

  std::vector<std::unique_ptr<std::string>>& blocks_;
  std::string* block_ = nullptr;
};

}  // namespace gossamer
