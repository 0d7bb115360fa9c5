#include "net/io/address.h"

#include <gtest/gtest.h>

namespace gossamer {
namespace {

bool is_global(std::string_view text) { return IpAddress::parse(text).value().is_global(); }

TEST(IpAddress, ReadsAddressesAndNothingElse) {
  for (const char* const text : {"192.0.2.1", "::", "::1", "2001:db8::1", "::ffff:192.0.2.1"}) {
    const auto address = IpAddress::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->to_string(), text);
  }
  EXPECT_EQ(IpAddress::parse("[2001:DB8:0::1]").value().to_string(), "2001:db8::1");
  using namespace std::string_view_literals;
  for (const std::string_view text :
       {""sv, "example.org"sv, "1.2.3"sv, "1.2.3.4.5"sv, "01.2.3.4"sv, "0x7f.0.0.1"sv, "256.0.0.1"sv,
        "2130706433"sv, "1.2.3.4 "sv, "[1.2.3.4]"sv, "[::1"sv, "::1]"sv, "fe80::1%eth0"sv, "1::2::3"sv,
        ":::"sv, "[]"sv, "127.0.0.1\0.example"sv}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
}

TEST(IpAddress, ComparesByValue) {
  EXPECT_EQ(IpAddress::parse("2001:db8::1"), IpAddress::parse("[2001:0db8:0:0:0:0:0:1]"));
  EXPECT_NE(IpAddress::parse("192.0.2.1"), IpAddress::parse("::ffff:192.0.2.1"));
}

// The edges of each block of the IANA special-purpose address registries.
TEST(IpAddress, SpecialIpv4BlocksAreNotGlobal) {
  for (const char* const text :
       {"0.0.0.0",         "0.255.255.255",   "10.0.0.0",        "10.255.255.255", "100.64.0.0",
        "100.127.255.255", "127.0.0.1",       "127.255.255.255", "169.254.0.0",    "169.254.169.254",
        "172.16.0.0",      "172.31.255.255",  "192.0.0.1",       "192.0.2.255",    "192.88.99.1",
        "192.168.0.0",     "192.168.255.255", "198.18.0.0",      "198.19.255.255", "198.51.100.7",
        "203.0.113.7",     "224.0.0.1",       "239.255.255.255", "240.0.0.0",      "255.255.255.255"}) {
    EXPECT_FALSE(is_global(text)) << text;
  }
  for (const char* const text :
       {"1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
        "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0",
        "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "8.8.8.8"}) {
    EXPECT_TRUE(is_global(text)) << text;
  }
}

TEST(IpAddress, SpecialIpv6BlocksAreNotGlobal) {
  for (const char* const text : {"::",
                                 "::1",
                                 "::7f00:1",
                                 "100::1",
                                 "1fff:ffff::",
                                 "2001::1",
                                 "2001:1ff:ffff::",
                                 "2001:db8::",
                                 "2001:db8:ffff::1",
                                 "3fff::1",
                                 "3fff:fff:ffff::",
                                 "4000::",
                                 "5f00::1",
                                 "64:ff9b:1::1",
                                 "fc00::1",
                                 "fdff::1",
                                 "fe80::1",
                                 "febf::1",
                                 "fec0::1",
                                 "ff02::1"}) {
    EXPECT_FALSE(is_global(text)) << text;
  }
  for (const char* const text : {"2000::1", "2001:200::1", "2001:db7::1", "2001:db9::1", "2606:4700::1111",
                                 "3ffe::1", "3fff:1000::1"}) {
    EXPECT_TRUE(is_global(text)) << text;
  }
}

// Ways to write an IPv4 address into an IPv6 one are judged by what is inside.
TEST(IpAddress, EmbeddedIpv4AddressesAreJudgedThemselves) {
  for (const char* const text : {"::ffff:127.0.0.1", "::ffff:10.1.2.3", "64:ff9b::169.254.169.254",
                                 "2002:7f00:1::", "2002:c0a8:101::1"}) {
    EXPECT_FALSE(is_global(text)) << text;
  }
  for (const char* const text : {"::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"}) {
    EXPECT_TRUE(is_global(text)) << text;
  }
}

TEST(SocketAddress, GoesToASockaddrAndBack) {
  for (const char* const text : {"192.0.2.1", "2001:db8::1"}) {
    const SocketAddress address(*IpAddress::parse(text), 8080);
    sockaddr_storage storage;
    EXPECT_GT(address.fill(storage), 0U);
    EXPECT_EQ(SocketAddress::from_sockaddr(reinterpret_cast<const sockaddr&>(storage)), address);
  }
  EXPECT_EQ(SocketAddress(*IpAddress::parse("2001:db8::1"), 80).to_string(), "[2001:db8::1]:80");
  EXPECT_EQ(SocketAddress(*IpAddress::parse("192.0.2.1"), 80).to_string(), "192.0.2.1:80");
}

}  // namespace
}  // namespace gossamer
