#include "crawler/judge_again.h"

#include <utility>

#include "crawler/rule_table.h"

namespace gossamer {
namespace {

constexpr std::size_t kAtOnce = 10'000;  // rows between two writes: bounds what is in memory

bool is_open(const UrlView& url, bool robots) {
  if (url.state == UrlState::pending) return true;
  if (url.state != UrlState::filtered || url.reason == FilterReason::content_type) return false;
  return robots || url.reason != FilterReason::robots;
}

CrawlScope::Link link_to(const UrlView& url) {
  return {.depth = url.depth,
          .nofollow = url.nofollow,
          .seed = url.via == Via::seed || (url.via == Via::redirect && url.depth == 0) ||
                  (is_sitemap(url.via, url.depth) && was_let_pass(url)),
          .twins = url.twins};
}

class Judge {
 public:
  Judge(CrawlScope scope, bool robots) : scope_(std::move(scope)), robots_(robots) {}

  Result<> read_rules(CrawlDb& db) {
    auto read = db.for_each_rule([this](const RuleRow& rule) {
      rules_.restore(rule);
      scope_.restore(rule);
    });
    if (!read) return read;
    return db.for_each_url([this](const UrlView& url) {
      if (opens_scope(url)) scope_.add_seed(url.url);
    });
  }

  // What differs goes into `outcome`.
  void judge(const UrlView& url, Outcome& outcome) {
    if (!is_open(url, robots_)) return scope_.observe(url.url);
    const auto refusal = scope_.judge(url.url, link_to(url));
    UrlChange change{.id = url.id, .state = refusal ? UrlState::filtered : UrlState::pending};
    if (refusal) change.reason = refusal->reason;
    if (refusal && !refusal->rule.empty()) change.rule = rules_.id_of(*refusal, outcome);
    if (change.state == url.state && change.reason == url.reason && change.rule == url.rule) return;
    ++(change.state == url.state ? judged_.renamed : refusal ? judged_.filtered : judged_.pending);
    outcome.changes.push_back(std::move(change));
  }

  const Judged& judged() const { return judged_; }

 private:
  CrawlScope scope_;
  bool robots_;
  RuleTable rules_;
  Judged judged_;
};

}  // namespace

Result<Judged> judge_again(CrawlDb& db, SeedTransaction& transaction, CrawlScope scope, bool robots) {
  Judge judge(std::move(scope), robots);
  if (auto read = judge.read_rules(db); !read) return std::unexpected(std::move(read.error()));
  const auto last = db.last_url();
  if (!last) return std::unexpected(last.error());
  // Rows are not changed while they are read.
  for (UrlId after = 0; after < *last; after += kAtOnce) {
    Outcome changes;
    auto read = db.for_each_url([&](const UrlView& url) { judge.judge(url, changes); },
                                {.after = after, .last = after + kAtOnce});
    if (!read) return std::unexpected(std::move(read.error()));
    if (auto written = transaction.add(changes); !written) {
      return std::unexpected(std::move(written.error()));
    }
  }
  return judge.judged();
}

}  // namespace gossamer
