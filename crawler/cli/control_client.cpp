#include "crawler/cli/control_client.h"

#include <array>
#include <fmt/format.h>
#include <utility>

#include "crawler/control_socket.h"
#include "storage/crawl_db.h"

namespace gossamer {
namespace {

constexpr std::size_t kMostAnswer = std::size_t{16} << 20;

}  // namespace

Task<Result<std::string>> ask_crawl(std::string database, std::string request,
                                    std::chrono::seconds patience) {
  const auto not_running = [&](std::string_view why) {
    return fail(ErrorClass::refused,
                fmt::format("no crawl is running on {} ({}); `gossamer stats {}` shows where it stands",
                            database, why, database));
  };
  const std::string path = control_path(database);
  auto stream = UnixStream::connect(path);
  if (!stream) {
    if (auto readable = CrawlDb::open_read_only(database); !readable) {
      co_return std::unexpected(std::move(readable.error()));
    }
    if (stream.error().error_class == ErrorClass::not_found)
      co_return not_running("it has no control socket");
    if (stream.error().message.ends_with("Connection refused"))
      co_return not_running("its last crawl was killed");
    co_return std::unexpected(std::move(stream.error()));
  }
  const Deadline deadline = EventLoop::current().now() + patience;
  if (auto sent = co_await (*stream)->write_all(request, deadline); !sent) {
    co_return std::unexpected(std::move(sent.error()));
  }
  std::string answer;
  while (!answer.ends_with('\n')) {
    std::array<char, 16384> buffer;
    const auto count = co_await (*stream)->read_some(buffer, deadline);
    if (!count) co_return fail(count.error().error_class, fmt::format("{}: {}", path, count.error().message));
    if (*count == 0) co_return fail(ErrorClass::io, "the crawl ended before it answered");
    answer.append(buffer.data(), *count);
    if (answer.size() > kMostAnswer) co_return fail(ErrorClass::protocol, path + ": the answer is too long");
  }
  answer.pop_back();
  co_return answer;
}

}  // namespace gossamer
