#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "crawler/refusal.h"
#include "storage/rows.h"

namespace gossamer {

// Gives each rule that refused a URL its id in the database, one for each pair of reason and text, the same
// after a resume. Belongs to the crawl loop.
class RuleTable {
 public:
  // Resume: the rows of the database.
  void restore(const RuleRow& rule);

  // A rule seen for the first time goes into `outcome`.
  RuleId id_of(const Refusal& refusal, Outcome& outcome);

 private:
  struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  // By reason, then text.
  std::vector<std::unordered_map<std::string, RuleId, StringHash, std::equal_to<>>> ids_;
  RuleId last_ = 0;
};

}  // namespace gossamer
