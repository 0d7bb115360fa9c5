#include "crawler/rule_table.h"

#include <algorithm>

namespace gossamer {

void RuleTable::restore(const RuleRow& rule) {
  const auto reason = static_cast<std::size_t>(rule.reason);
  if (reason >= ids_.size()) ids_.resize(reason + 1);
  ids_[reason].emplace(rule.rule, rule.id);
  last_ = std::max(last_, rule.id);
}

RuleId RuleTable::id_of(const Refusal& refusal, Outcome& outcome) {
  const auto reason = static_cast<std::size_t>(refusal.reason);
  if (reason < ids_.size()) {
    if (const auto known = ids_[reason].find(refusal.rule); known != ids_[reason].end()) return known->second;
  }
  outcome.rules.push_back({.id = last_ + 1, .reason = refusal.reason, .rule = std::string(refusal.rule)});
  restore(outcome.rules.back());
  return last_;
}

}  // namespace gossamer
