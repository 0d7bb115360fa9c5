#pragma once

#include <chrono>
#include <cstdint>

#include "crawler/url_parts.h"

namespace gossamer {

// The dates at which a calendar in URLs counts as endless: a century from `years` ahead of today, and one
// from 25 times as many years ago, for archives reach back far. Whoever walks through a calendar month by
// month comes to them, and the further a century is from today the fewer numbers it makes look like dates.
class CalendarDates {
 public:
  CalendarDates(std::chrono::sys_days today, std::uint32_t years);

  // Whether the URL has such a date. Dates are: /2041/05/ and /2041/05/17 as segments of the path; 2041-05-17
  // anywhere between what is neither letter nor digit; year=2041&month=5 and date=20410517 by the names of
  // parameters; 2041-05 alone as a segment or value of a URL that speaks of a calendar. Pure.
  bool in(const UrlParts& url) const;

 private:
  bool covers(int year, int month) const;
  bool is_date_at(const UrlParts& url, std::size_t digits) const;

  int ahead_;   // months since year 0: the first that is too far
  int behind_;  // the last that is too long ago
};

}  // namespace gossamer
