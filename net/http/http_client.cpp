#include "net/http/http_client.h"

#include <fmt/format.h>
#include <utility>

#include "net/http/content_coding.h"
#include "net/http/http1_request.h"

namespace gossamer {

Result<std::unique_ptr<HttpClient>> HttpClient::create(HttpClientOptions options) {
  if (auto checked = check_request_field("User-Agent", options.user_agent); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  for (const Headers::Field field : options.headers) {
    if (auto checked = check_request_field(field.name, field.value); !checked) {
      return std::unexpected(std::move(checked.error()));
    }
  }
  auto connector = Connector::create({.transport = options.transport,
                                      .dns_server = options.dns_server,
                                      .overrides = options.resolve_overrides,
                                      .allow_private = options.allow_private,
                                      .tls = {.verify = !options.insecure, .ca_file = options.ca_file},
                                      .timeouts = options.timeouts});
  if (!connector) return std::unexpected(std::move(connector.error()));
  return std::unique_ptr<HttpClient>(new HttpClient(std::move(options), std::move(*connector)));
}

HttpClient::HttpClient(HttpClientOptions options, std::unique_ptr<Connector> connector)
    : options_(std::move(options)),
      connector_(std::move(connector)),
      pool_(options_.max_idle_connections, options_.idle_timeout),
      default_fields_(options_.headers) {
  const Headers defaults{{"User-Agent", options_.user_agent},
                         {"Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"},
                         {"Accept-Encoding", kAcceptEncoding}};
  for (const Headers::Field field : defaults) {
    if (!default_fields_.contains(field.name)) default_fields_.add(field.name, field.value);
  }
}

Result<std::string> HttpClient::request_bytes(const FetchRequest& request) const {
  if (!request.url.is_http()) {
    return fail(ErrorClass::invalid_input, fmt::format("{} is not an http or https URL", request.url.href()));
  }
  Headers fields = request.headers;
  for (const Headers::Field field : default_fields_) {
    if (!request.headers.contains(field.name)) fields.add(field.name, field.value);
  }
  return serialize_request(request.method, request.url, fields);
}

Task<Result<std::vector<IpAddress>>> HttpClient::resolve(Url url) {
  if (!url.is_http()) {
    co_return fail(ErrorClass::invalid_input, fmt::format("{} is not an http or https URL", url.href()));
  }
  co_return co_await connector_->addresses_of(std::string(url.hostname()), url.effective_port(), kNoDeadline);
}

Task<Result<FetchResponse>> HttpClient::fetch(FetchRequest request) {
  const auto bytes = request_bytes(request);
  if (!bytes) co_return std::unexpected(bytes.error());
  const TimePoint start = EventLoop::current().now();
  const Deadline deadline = start + options_.timeouts.total;
  std::unique_ptr<HttpConnection> connection = pool_.take(request.url.origin());
  FetchProgress unwatched;
  FetchProgress& progress = request.progress ? *request.progress : unwatched;
  while (true) {
    progress = {};
    const bool reused = connection != nullptr;
    if (!reused) {
      auto opened = co_await connect(&request.url, deadline, &progress);
      if (!opened) co_return std::unexpected(std::move(opened.error()));
      connection = std::move(*opened);
    }
    auto exchanged = co_await connection->send(*bytes, options_.timeouts, deadline, &progress);
    if (exchanged) {
      auto response =
          co_await connection->receive({.method = request.method,
                                        .url = request.url,
                                        .want_body = request.want_body,
                                        .take_body = request.take_body,
                                        .max_body = request.truncate_body_at.value_or(options_.max_body),
                                        .truncate_body = request.truncate_body_at.has_value(),
                                        .large_body = request.large_body,
                                        .admit_large_body = request.admit_large_body,
                                        .timeouts = options_.timeouts,
                                        .deadline = deadline},
                                       &progress);
      if (response) {
        response->reused_connection = reused;
        response->timings.dns = progress.timings.dns;
        response->timings.connect = progress.timings.connect;
        response->timings.tls = progress.timings.tls;
        response->timings.total = EventLoop::current().now() - start - response->timings.held;
        if (connection->reusable()) pool_.put(request.url.origin(), std::move(connection));
        co_return response;
      }
      exchanged = std::unexpected(std::move(response.error()));
    }
    const bool went_stale =
        reused && !connection->answered() && exchanged.error().error_class != ErrorClass::timeout;
    if (!went_stale) co_return std::unexpected(std::move(exchanged.error()));
    connection.reset();
  }
}

// A frame of its own, which a fetch does not hold while it waits for its response.
Task<Result<std::unique_ptr<HttpConnection>>> HttpClient::connect(const Url* url, Deadline deadline,
                                                                  FetchProgress* progress) {
  co_return co_await connector_->connect(*url, deadline, progress, [this] { return pool_.close_oldest(); });
}

}  // namespace gossamer
