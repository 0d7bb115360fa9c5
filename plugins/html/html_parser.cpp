#include "plugins/html/html_parser.h"

#include <fmt/format.h>
#include <utility>

#include "plugins/charset.h"
#include "plugins/html/link_sink.h"
#include "plugins/html/tokenizer.h"

namespace gossamer {

namespace {

constexpr std::string_view kXhtml = "application/xhtml+xml";
constexpr std::size_t kUsualLinks = 128;

}  // namespace

bool HtmlParser::claims(std::string_view media_type) const {
  return media_type.empty() || media_type == "text/html" || media_type == kXhtml;
}

Result<ParsedPage> HtmlParser::parse(const PageBytes& page) const {
  ParsedPage parsed;
  auto body = decode_body(page.body, page.content_type, page.max_text);
  if (!body) return std::unexpected(std::move(body.error()));
  parsed.encoding = body->encoding->name;
  if (body->storage != nullptr) parsed.storage.push_back(std::move(body->storage));
  parsed.links.reserve(kUsualLinks);

  LinkSink sink(parsed, equals_ignoring_case(media_type_of(page.content_type), kXhtml), LinkWindow(page),
                page.robots_agent);
  Tokenizer(body->text, sink).run();
  if (!sink.finish())
    return fail(ErrorClass::too_large, Phase::parse,
                fmt::format("more than {} links in one page", LinkSink::kMaxLinks));
  return parsed;
}

}  // namespace gossamer
