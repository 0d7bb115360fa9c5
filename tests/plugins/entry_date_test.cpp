#include "plugins/entry_date.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <string>

namespace gossamer {
namespace {

using Parse = std::optional<std::chrono::sys_seconds> (*)(std::string_view);

std::string date(std::string_view text, Parse parse = &parse_w3c_datetime) {
  const auto time = parse(text);
  return time ? fmt::format("{}", time->time_since_epoch().count()) : "none";
}

TEST(W3cDatetime, ReadsEveryPrecision) {
  EXPECT_EQ(date("1970"), "0");
  EXPECT_EQ(date("1970-02"), "2678400");
  EXPECT_EQ(date("1970-01-02"), "86400");
  EXPECT_EQ(date("1970-01-01T01:02Z"), "3720");
  EXPECT_EQ(date("1970-01-01T01:02:03Z"), "3723");
  EXPECT_EQ(date("1970-01-01T01:02:03.999Z"), "3723");
  EXPECT_EQ(date("1970-01-01T01:02:03+01:00"), "123");
  EXPECT_EQ(date("1970-01-01T01:02:03-01:30"), "9123");
  EXPECT_EQ(date("1969-12-31T23:59:59Z"), "-1");
  EXPECT_EQ(date("2016-12-31T23:59:60Z"), "1483228799");
  EXPECT_EQ(date("2024-02-29"), "1709164800");
}

TEST(W3cDatetime, ForgivesWhatIsCommon) {
  EXPECT_EQ(date(" 1970-01-01 01:02:03 \n"), "3723");
  EXPECT_EQ(date("1970-01-01T01:02:03"), "3723");
  EXPECT_EQ(date("1970-01-01t01:02:03z"), "3723");
  EXPECT_EQ(date("1970-01-01T01:02:03+0100"), "123");
  EXPECT_EQ(date("1970-01-01T01:02:03 +01"), "123");
  EXPECT_EQ(date("1970-01-01T24:00:00Z"), "86400");
}

TEST(W3cDatetime, RefusesTheRest) {
  for (const std::string_view text : {"",
                                      "x",
                                      "197",
                                      "1970-",
                                      "1970-13",
                                      "1970-1-1",
                                      "2023-02-29",
                                      "1970-01-01T",
                                      "1970-01-01T1:02",
                                      "1970-01-01T25:00",
                                      "1970-01-01T24:01",
                                      "1970-01-01T01:60",
                                      "1970-01-01T01:02:",
                                      "1970-01-01T01:02:03.",
                                      "1970-01-01T01:02:03+",
                                      "1970-01-01T01:02:03+1",
                                      "1970-01-01T01:02:03Zx",
                                      "1970T01:02Z",
                                      "1970-01-01 x",
                                      "9999-12-31T23:59:59-01:00",
                                      "0000-01-01T00:00:00+01:00",
                                      "Mon, 01 Jan 2024 00:00:00 GMT",
                                      "01/02/2024"})
    EXPECT_EQ(date(text), "none") << text;
}

std::string rss_date(std::string_view text) { return date(text, &parse_rfc822_date); }

TEST(Rfc822Date, ReadsWhatRssFeedsHave) {
  EXPECT_EQ(rss_date("Thu, 01 Jan 1970 01:02:03 GMT"), "3723");
  EXPECT_EQ(rss_date("Thu, 01 Jan 1970 01:02:03 +0100"), "123");
  EXPECT_EQ(rss_date("Thu, 01 Jan 1970 01:02:03 -0130"), "9123");
  EXPECT_EQ(rss_date("1 Jan 1970 01:02 UT"), "3720");
  EXPECT_EQ(rss_date(" Thu,1 January 70 01:02:03 Z\n"), "3723");
  EXPECT_EQ(rss_date("01 Jan 1970 00:00:00 EST"), "18000");
  EXPECT_EQ(rss_date("01 Jan 1970 00:00:00 pdt"), "25200");
  EXPECT_EQ(rss_date("01 Jan 1970 01:00:00 CET"), "3600") << "unknown names are UTC";
  EXPECT_EQ(rss_date("01 Jan 1970 00:00:01"), "1");
  EXPECT_EQ(rss_date("Thu, 29 Feb 24 00:00:00 GMT"), "1709164800");
  EXPECT_EQ(rss_date("Sat, 31 Dec 2016 23:59:60 GMT"), "1483228799");
}

TEST(Rfc822Date, RefusesTheRest) {
  for (const std::string_view text :
       {"", "Thu", "Thu,", "Thu 01 Jan 1970 00:00:00 GMT", "01 Jan 1970", "01 Jan 1970 00",
        "32 Jan 1970 00:00 GMT", "30 Feb 1970 00:00 GMT", "01 Jam 1970 00:00 GMT", "01 Jan 970 00:00 GMT",
        "01 Jan 19700 00:00 GMT", "01 Jan 1970 25:00 GMT", "01 Jan 1970 00:00 +1", "01 Jan 1970 00:00 GMT x",
        "31 Dec 9999 23:59:59 -0100", "1970-01-01"})
    EXPECT_EQ(rss_date(text), "none") << text;
}

}  // namespace
}  // namespace gossamer
