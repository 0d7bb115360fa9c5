#include "crawler/crawl_state.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "crawler/cli/units.h"
#include "crawler/robots.h"

namespace gossamer {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostUrlText = 100;  // of a URL in a line for a person
constexpr std::size_t kMostInJson = 1000;

std::string span(Duration duration) {
  return human_duration(std::max(std::chrono::milliseconds(0),
                                 std::chrono::duration_cast<std::chrono::milliseconds>(duration)));
}

double seconds(Duration duration) {
  return std::round(std::chrono::duration<double>(duration).count() * 1000) / 1000;
}

// URLs are ASCII and have no control characters: they can be printed, and cut, anywhere.
std::string shortened(const std::string& url) {
  return url.size() <= kMostUrlText ? url : url.substr(0, kMostUrlText - 3) + "...";
}

std::string host_line(const HostInCrawl& host, TimePoint now) {
  std::string line = fmt::format("  {:<40} {:>10} pending", shortened(host.origin), grouped(host.pending));
  if (host.in_flight > 0) line += fmt::format(", {} in flight", host.in_flight);
  if (host.paused) line += ", paused";
  if (host.rests_until && *host.rests_until > now) {
    line += fmt::format(", rests {} more", span(*host.rests_until - now));
  }
  return line + "\n";
}

Json host_json(const HostInCrawl& host, TimePoint now) {
  Json json{{"origin", host.origin},
            {"pending", host.pending},
            {"in_flight", host.in_flight},
            {"paused", host.paused}};
  if (host.rests_until && *host.rests_until > now) json["rests_for"] = seconds(*host.rests_until - now);
  return json;
}

Json in_flight_json(const UrlInFlight& url, TimePoint now) {
  return {{"url", url.url},
          {"waits_for", to_string(url.phase)},
          {"for", seconds(now - url.since)},
          {"in_flight_for", seconds(now - url.begun)},
          {"address", url.address.empty() ? Json() : Json(url.address)},
          {"received", url.received}};
}

}  // namespace

std::string_view to_string(CrawlPhase phase) {
  switch (phase) {
    case CrawlPhase::robots:
      return "robots";
    case CrawlPhase::turn:
      return "turn";
    case CrawlPhase::memory:
      return "memory";
    case CrawlPhase::dns:
      return "dns";
    case CrawlPhase::connect:
      return "connect";
    case CrawlPhase::tls:
      return "tls";
    case CrawlPhase::sending:
      return "sending";
    case CrawlPhase::headers:
      return "headers";
    case CrawlPhase::body:
      return "body";
    case CrawlPhase::parse:
      return "parse";
    case CrawlPhase::enter:
      return "enter";
    case CrawlPhase::spider:
      return "spider";
    case CrawlPhase::commit:
      return "commit";
  }
  return "unknown";
}

CrawlPhase phase_of(const FetchProgress& progress) {
  if (progress.held) return CrawlPhase::memory;
  switch (progress.phase) {
    case Phase::dns:
      return CrawlPhase::dns;
    case Phase::connect:
      return CrawlPhase::connect;
    case Phase::tls:
      return CrawlPhase::tls;
    case Phase::send:
      return CrawlPhase::sending;
    case Phase::headers:
      return CrawlPhase::headers;
    case Phase::body:
    case Phase::decode:
      return CrawlPhase::body;
    case Phase::parse:
    case Phase::store:
      return CrawlPhase::parse;
    case Phase::none:
      break;
  }
  return CrawlPhase::turn;
}

std::string_view to_string(CrawlState::Mode mode) {
  switch (mode) {
    case CrawlState::Mode::running:
      return "running";
    case CrawlState::Mode::paused:
      return "paused";
    case CrawlState::Mode::stopping:
      return "stopping";
  }
  return "unknown";
}

std::string format_in_flight(const CrawlState& state, std::size_t most) {
  std::string text;
  for (const UrlInFlight& url : state.in_flight) {
    if (most-- == 0) break;
    text += fmt::format("  {:<7} for {:>6}  {}", to_string(url.phase), span(state.now - url.since),
                        shortened(url.url));
    if (!url.address.empty()) text += "  " + url.address;
    if (url.received > 0) text += "  " + human_bytes(url.received);
    text += "\n";
  }
  const auto shown = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  if (shown < state.in_flight.size()) {
    text += fmt::format("  and {} more\n", grouped(state.in_flight.size() - shown));
  }
  return text;
}

std::string format_scratch_error(const CrawlState& state) {
  if (state.scratch_error.empty()) return "";
  return fmt::format("scratch files cannot be used, so memory may grow beyond --memory: {}\n",
                     state.scratch_error);
}

std::string format_capped_delays(std::uint64_t hosts) {
  if (hosts == 0) return "";
  return fmt::format(
      "crawl-delay: {} asked for more than the {} that are kept; `gossamer stats --hosts` names "
      "the delays\n",
      counted(hosts, "host"), human_duration(RobotsRules::kMaxCrawlDelay));
}

std::string format_state(const CrawlState& state, std::size_t most) {
  std::string text = fmt::format(
      "{} for {}: {} discovered, {} done ({} pages), {} failed, {} filtered, {} pending; {:.1f} pages/s, "
      "{}\n",
      to_string(state.mode),
      state.paused_since ? span(state.now - *state.paused_since) : human_duration(state.elapsed),
      grouped(state.discovered), grouped(state.done), grouped(state.pages), grouped(state.failed),
      grouped(state.filtered), grouped(state.pending), state.pages_per_second, human_bytes(state.bytes));
  text += fmt::format("memory: {} in use, --memory {}", human_bytes(state.memory_used),
                      format_size(state.memory_budget));
  for (const MemoryPart& part : state.memory) {
    text +=
        fmt::format("{} {} {}", &part == state.memory.data() ? ";" : ",", part.name, human_bytes(part.bytes));
  }
  text += "\n";
  text += format_scratch_error(state);
  text += fmt::format("hosts: {} with URLs, {} resting, {} paused\n", grouped(state.hosts),
                      grouped(state.resting_hosts), grouped(state.paused_hosts));
  text += format_capped_delays(state.capped_delays);
  for (const HostInCrawl& host : state.top_hosts) text += host_line(host, state.now);
  text += fmt::format("in flight: {}\n", grouped(state.in_flight.size()));
  return text + format_in_flight(state, most);
}

std::string state_json(const CrawlState& state) {
  Json json{{"state", to_string(state.mode)},
            {"elapsed", seconds(state.elapsed)},
            {"paused_for", state.paused_since ? Json(seconds(state.now - *state.paused_since)) : Json()},
            {"discovered", state.discovered},
            {"done", state.done},
            {"failed", state.failed},
            {"filtered", state.filtered},
            {"pending", state.pending},
            {"pages", state.pages},
            {"bytes", state.bytes},
            {"pages_per_second", std::round(state.pages_per_second * 10) / 10},
            {"idle_for", seconds(state.now - state.last_settled)},
            {"next_in", state.next ? Json(seconds(*state.next - state.now)) : Json()},
            {"memory", Json::object()},
            {"memory_used", state.memory_used},
            {"memory_budget", state.memory_budget},
            {"scratch_error", state.scratch_error.empty() ? Json() : Json(state.scratch_error)},
            {"hosts",
             {{"active", state.hosts},
              {"resting", state.resting_hosts},
              {"paused", state.paused_hosts},
              {"paused_names", state.paused_names},
              {"capped_delays", state.capped_delays},
              {"top", Json::array()}}},
            {"in_flight_total", state.in_flight.size()},
            {"in_flight", Json::array()}};
  for (const MemoryPart& part : state.memory) json["memory"][std::string(part.name)] = part.bytes;
  for (const HostInCrawl& host : state.top_hosts) json["hosts"]["top"].push_back(host_json(host, state.now));
  for (const UrlInFlight& url : state.in_flight) {
    if (json["in_flight"].size() == kMostInJson) break;
    json["in_flight"].push_back(in_flight_json(url, state.now));
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace gossamer
