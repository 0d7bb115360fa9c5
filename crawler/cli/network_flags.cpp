#include "crawler/cli/network_flags.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "crawler/cli/units.h"
#include "net/http/http1_request.h"

namespace gossamer {
namespace {

Result<> add_header(std::string_view text, Headers& headers) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    return fail(ErrorClass::invalid_input,
                fmt::format("--header: \"{}\" has no colon; write 'NAME: VALUE'", text));
  }
  const std::string_view name = text.substr(0, colon);
  const std::string_view value = trim_spaces(text.substr(colon + 1));
  if (auto checked = check_request_field(name, value); !checked) {
    return fail(ErrorClass::invalid_input, fmt::format("--header: {}", checked.error().message));
  }
  headers.add(name, value);
  return {};
}

// An option whose text is turned into a value while the command line is parsed.
template <class Value, class Parse>
CLI::Option* add_parsed(CLI::App& app, const std::string& name, Value& value, Parse parse,
                        const std::string& help) {
  const auto take = [&value, parse, name](const std::string& text) {
    const auto parsed = parse(text);
    if (!parsed) throw CLI::ValidationError(name, parsed.error().message);
    value = *parsed;
  };
  return app.add_option_function<std::string>(name, take, help);
}

}  // namespace

void add_network_flags(CLI::App& app, NetworkFlags& flags) {
  constexpr const char* kGroup = "Network";
  app.add_option("--user-agent", flags.user_agent, "Sent with every request")
      ->type_name("S")
      ->capture_default_str()
      ->group(kGroup);
  add_parsed(app, "--timeout", flags.timeout, parse_duration,
             "For each phase of a request: DNS, connecting, TLS, headers, more of the body. "
             "The whole request may take four times that")
      ->type_name("TIME")
      ->default_str("30s")
      ->group(kGroup);
  add_parsed(app, "--max-body", flags.max_body, parse_size, "Larger bodies, decoded, are refused")
      ->type_name("SIZE")
      ->default_str("32M")
      ->group(kGroup);
  app.add_option("--header", flags.header,
                 "Add a header to every request (repeatable). A crawl stores it in its database")
      ->type_name("'NAME: VALUE'")
      ->allow_extra_args(false)
      ->group(kGroup);
  app.add_flag("--allow-private", flags.allow_private, "Also connect to loopback and private addresses")
      ->group(kGroup);
  app.add_option("--resolve", flags.resolve, "Use this address instead of asking DNS (repeatable)")
      ->type_name("HOST:PORT:ADDR")
      ->allow_extra_args(false)
      ->group(kGroup);
  app.add_option("--dns", flags.dns, "DNS server to ask instead of the system's")
      ->type_name("ADDR[:PORT]")
      ->group(kGroup);
  app.add_option("--cacert", flags.cacert, "Also trust the CAs in this PEM file")
      ->type_name("FILE")
      ->group(kGroup);
  app.add_flag("--insecure", flags.insecure, "Accept any certificate")->group(kGroup);
}

Result<HttpClientOptions> client_options(const NetworkFlags& flags) {
  HttpClientOptions options;
  if (auto checked = check_request_field("User-Agent", flags.user_agent); !checked) {
    return fail(ErrorClass::invalid_input, fmt::format("--user-agent: {}", checked.error().message));
  }
  if (flags.timeout <= std::chrono::milliseconds::zero()) {
    return fail(ErrorClass::invalid_input, "--timeout: must be longer than 0");
  }
  options.user_agent = flags.user_agent;
  options.timeouts = HttpTimeouts::of(flags.timeout);
  options.max_body = flags.max_body;
  options.allow_private = flags.allow_private;
  options.insecure = flags.insecure;
  options.ca_file = flags.cacert;
  options.dns_server = flags.dns;
  for (const std::string& header : flags.header) {
    if (auto added = add_header(header, options.headers); !added)
      return std::unexpected(std::move(added.error()));
  }
  for (const std::string& text : flags.resolve) {
    auto override = ResolveOverride::parse(text);
    if (!override)
      return fail(ErrorClass::invalid_input, fmt::format("--resolve: {}", override.error().message));
    options.resolve_overrides.push_back(std::move(*override));
  }
  return options;
}

}  // namespace gossamer
