#include "net/io/resolver.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/support/dns_server.h"
#include "tests/support/each_selector.h"
#include "tests/support/fake_time.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

using Addresses = Result<std::vector<IpAddress>>;

Deadline in(Duration wait) { return EventLoop::current().now() + wait; }

std::vector<std::string> texts(const Addresses& addresses) {
  std::vector<std::string> out;
  if (!addresses) return {"! " + addresses.error().message};
  for (const IpAddress& address : *addresses) out.push_back(address.to_string());
  return out;
}

using Body = Task<> (*)(DnsServer&, Resolver&);

class ResolverTest : public EachSelectorTest {
 protected:
  static void with_server(Body body);
};
INSTANTIATE_WITH_EACH_SELECTOR(ResolverTest);

// Runs `body` beside a name server and with a resolver that asks it.
void ResolverTest::with_server(Body body) {
  FakeClock clock(20ms);
  EventLoop loop(clock.loop_options(make_selector()));
  run(
      loop,
      [](Body fn) -> Task<> {
        DnsServer server;
        const auto resolver = Resolver::create({.server = server.address()});
        EXPECT_TRUE(resolver);
        co_await with_task_group(
            [](TaskGroup& group, DnsServer* s, Resolver* r, Body inner) -> Task<> {
              group.create_task(&DnsServer::serve, s);
              co_await inner(*s, *r);
              group.cancel();
            },
            &server, resolver->get(), fn);
      },
      body);
}

TEST_P(ResolverTest, GivesAllAddressesOfAName) {
  with_server([](DnsServer& server, Resolver& resolver) -> Task<> {
    server.table["example.test"] = {.addresses = {"192.0.2.1", "2001:db8::1", "192.0.2.2"}};
    const auto addresses = co_await resolver.resolve("example.test", in(5s));
    auto found = texts(addresses);
    std::sort(found.begin(), found.end());
    EXPECT_EQ(found, (std::vector<std::string>{"192.0.2.1", "192.0.2.2", "2001:db8::1"}));
  });
}

TEST_P(ResolverTest, ANameWithOneKindOfAddressIsFound) {
  with_server([](DnsServer& server, Resolver& resolver) -> Task<> {
    server.table["four.test"] = {.addresses = {"192.0.2.4"}};
    server.table["six.test"] = {.addresses = {"2001:db8::6"}};
    const auto four = co_await resolver.resolve("four.test", in(5s));
    EXPECT_EQ(texts(four), std::vector<std::string>{"192.0.2.4"});
    const auto six = co_await resolver.resolve("six.test", in(5s));
    EXPECT_EQ(texts(six), std::vector<std::string>{"2001:db8::6"});
  });
}

TEST_P(ResolverTest, AddressesInTextAreNotLookedUp) {
  with_server([](DnsServer& server, Resolver& resolver) -> Task<> {
    const auto four = co_await resolver.resolve("192.0.2.9", in(5s));
    EXPECT_EQ(texts(four), std::vector<std::string>{"192.0.2.9"});
    const auto six = co_await resolver.resolve("[2001:db8::9]", in(5s));
    EXPECT_EQ(texts(six), std::vector<std::string>{"2001:db8::9"});
    EXPECT_TRUE(server.questions().empty());
  });
}

TEST_P(ResolverTest, ANameThatIsNotThereIsAnErrorThatNamesIt) {
  with_server([](DnsServer&, Resolver& resolver) -> Task<> {
    const auto addresses = co_await resolver.resolve("nowhere.test", in(5s));
    EXPECT_FALSE(addresses);
    EXPECT_EQ(addresses.error().error_class, ErrorClass::dns);
    EXPECT_EQ(addresses.error().phase, Phase::dns);
    EXPECT_NE(addresses.error().message.find("nowhere.test"), std::string::npos);
  });
}

TEST_P(ResolverTest, ASilentServerEndsAtTheDeadlineAsATimeout) {
  with_server([](DnsServer& server, Resolver& resolver) -> Task<> {
    server.table["silent.test"] = {.silent = true};
    const TimePoint start = EventLoop::current().now();
    const auto addresses = co_await resolver.resolve("silent.test", in(1s));
    EXPECT_FALSE(addresses);
    EXPECT_EQ(addresses.error().error_class, ErrorClass::timeout);
    EXPECT_EQ(addresses.error().phase, Phase::dns);
    EXPECT_EQ(EventLoop::current().now() - start, 1s);
  });
}

TEST_P(ResolverTest, AnAnswerIsKeptForItsTtlAndThenAskedAgain) {
  with_server([](DnsServer& server, Resolver& resolver) -> Task<> {
    server.table["kept.test"] = {.addresses = {"192.0.2.1"}, .ttl = 60};
    co_await resolver.resolve("kept.test", in(5s));
    const std::size_t asked = server.questions().size();
    server.table["kept.test"].addresses = {"192.0.2.2"};
    co_await sleep_for(50s);
    const auto kept = co_await resolver.resolve("kept.test", in(5s));
    EXPECT_EQ(texts(kept), std::vector<std::string>{"192.0.2.1"});
    EXPECT_EQ(server.questions().size(), asked);
    co_await sleep_for(20s);
    const auto fresh = co_await resolver.resolve("kept.test", in(5s));
    EXPECT_EQ(texts(fresh), std::vector<std::string>{"192.0.2.2"});
  });
}

TEST_P(ResolverTest, AMissingNameIsBelievedForAWhile) {
  with_server([](DnsServer& server, Resolver& resolver) -> Task<> {
    co_await resolver.resolve("later.test", in(5s));
    const std::size_t asked = server.questions().size();
    server.table["later.test"] = {.addresses = {"192.0.2.1"}};
    const auto still = co_await resolver.resolve("later.test", in(5s));
    EXPECT_FALSE(still);
    EXPECT_EQ(server.questions().size(), asked);
    co_await sleep_for(31s);
    const auto now = co_await resolver.resolve("later.test", in(5s));
    EXPECT_TRUE(now);
  });
}

TEST_P(ResolverTest, AServersFailureIsNotBelievedAtAll) {
  with_server([](DnsServer& server, Resolver& resolver) -> Task<> {
    server.table["shaky.test"] = {.server_fails = true};
    const auto failed = co_await resolver.resolve("shaky.test", in(60s));
    EXPECT_FALSE(failed);
    EXPECT_EQ(failed.error().error_class, ErrorClass::dns);
    server.table["shaky.test"] = {.addresses = {"192.0.2.1"}};
    const auto found = co_await resolver.resolve("shaky.test", in(60s));
    EXPECT_EQ(texts(found), std::vector<std::string>{"192.0.2.1"});
  });
}

TEST_P(ResolverTest, ATruncatedAnswerIsAskedForByTcp) {
  with_server([](DnsServer& server, Resolver& resolver) -> Task<> {
    DnsServer::Answer large{.truncated = true};
    for (int i = 1; i < 100; ++i) large.addresses.push_back("192.0.2." + std::to_string(i));
    server.table["large.test"] = large;
    const auto addresses = co_await resolver.resolve("large.test", in(30s));
    EXPECT_EQ(texts(addresses).size(), 99U);
  });
}

TEST_P(ResolverTest, ManyWhoAskForOneNameAtOnceAskOnce) {
  with_server([](DnsServer& server, Resolver& resolver) -> Task<> {
    server.table["popular.test"] = {.addresses = {"192.0.2.1"}};
    co_await with_task_group(
        [](TaskGroup& group, Resolver* r) -> Task<> {
          for (int i = 0; i < 100; ++i) {
            group.create_task(
                [](Resolver* inner) -> Task<> {
                  const auto addresses = co_await inner->resolve("popular.test", in(5s));
                  EXPECT_TRUE(addresses);
                },
                r);
          }
          co_return;
        },
        &resolver);
    EXPECT_EQ(server.questions().size(), 2U) << "A and AAAA";
  });
}

std::string address_of(int number) {
  return "198.18." + std::to_string(number / 256) + "." + std::to_string(number % 256);
}

TEST_P(ResolverTest, ManyNamesAtOnceAllGetTheirOwnAnswer) {
  with_server([](DnsServer& server, Resolver& resolver) -> Task<> {
    // More than any socket's buffer holds: they are asked a few dozen at a time.
    for (int i = 0; i < 1000; ++i)
      server.table["n" + std::to_string(i) + ".test"] = {.addresses = {address_of(i)}};
    co_await with_task_group(
        [](TaskGroup& group, Resolver* r) -> Task<> {
          for (int i = 0; i < 1000; ++i) {
            group.create_task(
                [](Resolver* inner, int number) -> Task<> {
                  const auto addresses =
                      co_await inner->resolve("n" + std::to_string(number) + ".test", in(60s));
                  EXPECT_EQ(texts(addresses), std::vector<std::string>{address_of(number)});
                },
                r, i);
          }
          co_return;
        },
        &resolver);
  });
}

TEST_P(ResolverTest, WhoIsCancelledLeavesTheOthersTheirAnswer) {
  with_server([](DnsServer& server, Resolver& resolver) -> Task<> {
    server.table["shared.test"] = {.addresses = {"192.0.2.1"}};
    co_await with_task_group(
        [](TaskGroup& group, Resolver* r) -> Task<> {
          const auto ask = [](Resolver* inner) -> Task<Addresses> {
            return inner->resolve("shared.test", in(5s));
          };
          auto first = group.create_task(ask, r);
          auto second = group.create_task(ask, r);
          co_await sleep_for(0s);  // both have asked, nobody has looked for an answer
          first.cancel();
          const auto addresses = co_await second;
          EXPECT_TRUE(addresses);
          EXPECT_EQ(first.status(), TaskStatus::cancelled);
        },
        &resolver);
  });
}

TEST_P(ResolverTest, MayDieWhileAQuestionIsOpen) {
  FakeClock clock(20ms);
  EventLoop loop(clock.loop_options(make_selector()));
  run(loop, []() -> Task<> {
    DnsServer server;  // bound, but never served
    auto resolver = Resolver::create({.server = server.address()});
    const auto addresses = co_await (*resolver)->resolve("open.test", in(100ms));
    EXPECT_FALSE(addresses);
    resolver->reset();
  });
}

TEST(Resolver, AServerThatIsNoAddressIsBadInput) {
  run_in_fake_time([]() -> Task<> {
    const auto resolver = Resolver::create({.server = "not an address"});
    EXPECT_FALSE(resolver);
    EXPECT_EQ(resolver.error().error_class, ErrorClass::invalid_input);
    co_return;
  });
}

}  // namespace
}  // namespace gossamer
