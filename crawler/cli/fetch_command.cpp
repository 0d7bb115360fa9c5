#include <cerrno>
#include <cstdio>
#include <fmt/core.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "crawler/cli/commands.h"
#include "crawler/cli/input.h"
#include "crawler/cli/report_error.h"

namespace gossamer {
namespace {

using Json = nlohmann::ordered_json;

struct FetchFlags {
  std::string url;
  bool include_headers = false;
  bool jsonl = false;
  bool fail_on_error_status = false;
  NetworkFlags network;
};

double milliseconds(Duration duration) { return std::chrono::duration<double, std::milli>(duration).count(); }

Json headers_json(const Headers& headers) {
  Json fields = Json::array();
  for (const Headers::Field field : headers) fields.push_back({field.name, field.value});
  return fields;
}

Json to_json(const FetchFlags& flags, const FollowedFetch& fetched) {
  Json chain = Json::array();
  for (const auto& hop : fetched.hops) {
    chain.push_back({{"url", hop.url.href()},
                     {"status", hop.response.status},
                     {"location", hop.response.headers.get("location").value_or("")}});
  }
  Json json{{"url", flags.url}, {"final_url", fetched.url.href()}};
  if (!fetched.response) {
    const Error& error = fetched.response.error();
    json["error"] = {{"class", to_string(error.error_class)},
                     {"phase", to_string(error.phase)},
                     {"message", error.message}};
    json["chain"] = std::move(chain);
    return json;
  }
  const FetchResponse& response = *fetched.response;
  const FetchTimings& timings = response.timings;
  json["status"] = response.status;
  json["protocol"] = to_string(response.version);
  json["address"] = response.address;
  json["chain"] = std::move(chain);
  json["headers"] = headers_json(response.headers);
  json["body_bytes"] = response.body.size();
  json["wire_bytes"] = response.wire_bytes;
  json["timings_ms"] = {
      {"dns", milliseconds(timings.dns)},         {"connect", milliseconds(timings.connect)},
      {"tls", milliseconds(timings.tls)},         {"send", milliseconds(timings.send)},
      {"headers", milliseconds(timings.headers)}, {"body", milliseconds(timings.body)},
      {"total", milliseconds(timings.total)}};
  return json;
}

std::string head_text(const FetchResponse& response) {
  std::string text = fmt::format("{} {}{}{}\r\n", to_string(response.version), response.status,
                                 response.reason.empty() ? "" : " ", response.reason);
  for (const Headers::Field field : response.headers)
    text += fmt::format("{}: {}\r\n", field.name, field.value);
  return text + "\r\n";
}

Result<> write_out(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size() && std::fflush(stdout) == 0)
    return {};
  return fail(ErrorClass::io, errno_message("cannot write standard output", errno));
}

Result<> print(const FetchFlags& flags, const FollowedFetch& fetched, bool status_is_error) {
  if (flags.jsonl) {
    return write_out(to_json(flags, fetched).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
  }
  std::string heads;
  if (flags.include_headers) {
    for (const auto& hop : fetched.hops) heads += head_text(hop.response);
    if (fetched.response) heads += head_text(*fetched.response);
  }
  if (auto written = write_out(heads); !written || !fetched.response || status_is_error) return written;
  return write_out(fetched.response->body);
}

int run_fetch(const FetchFlags& flags) {
  const auto fetched = fetch_url(flags.url, flags.network);
  if (!fetched) return report_error("fetch", fetched.error());

  const bool status_is_error =
      flags.fail_on_error_status && fetched->response && fetched->response->status >= 400;
  if (auto printed = print(flags, *fetched, status_is_error); !printed)
    return report_error("fetch", printed.error());
  if (!fetched->response) {
    const Error& error = fetched->response.error();
    fmt::print(stderr, "gossamer fetch: {}: {}: {}\n", fetched->url.href(), to_string(error.error_class),
               error.message);
    return kExitFailed;
  }
  if (!status_is_error) return kExitDone;
  fmt::print(stderr, "gossamer fetch: {}: the server answered {} {}\n", fetched->url.href(),
             fetched->response->status, fetched->response->reason);
  return kExitFailed;
}

}  // namespace

void add_fetch_command(CLI::App& app, int& exit_code) {
  auto flags = std::make_shared<FetchFlags>();
  CLI::App* command = app.add_subcommand("fetch", "Fetch one URL, following redirects, and print its body");
  command->add_option("url", flags->url, "http or https; a bare host gets https://")
      ->type_name("URL")
      ->required();
  command->add_flag("-i,--include", flags->include_headers,
                    "Print the headers of every response before the body");
  command->add_flag(
      "--jsonl", flags->jsonl,
      "Instead of the body print one JSON object: status, redirect chain, protocol, headers, timings");
  command->add_flag("--fail", flags->fail_on_error_status,
                    "Exit 1 without a body when the status is 4xx or 5xx");
  add_network_flags(*command, flags->network);
  command->callback([flags, &exit_code] { exit_code = run_fetch(*flags); });
}

}  // namespace gossamer
