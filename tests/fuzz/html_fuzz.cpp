#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "net/base/utf8.h"
#include "plugins/charset.h"
#include "plugins/html/html_parser.h"
#include "plugins/html/metadata_reader.h"
#include "plugins/html/tokenizer.h"
#include "tests/fuzz/require.h"
#include "tests/support/plain_links.h"

namespace gossamer {
namespace {

// Checks what the tokenizer promises: tokens are views into the input, in order, and hold no more than it.
// Whatever comes after a start tag is read as its name's length says, so that every content model is reached.
class CheckingSink {
 public:
  explicit CheckingSink(std::string_view input) : at_(input.data()), end_(input.data() + input.size()) {}

  void text(std::string_view raw, RawTextKind kind) {
    take(raw);
    std::string decoded;
    append_decoded(decoded, raw, kind);
    require(decoded.size() <= 3 * raw.size());
    std::string collapsed;
    bool pending_space = false;
    append_collapsed(collapsed, raw, kind, 64, pending_space);
    require(collapsed.size() <= 64);
  }
  ContentModel start_tag(const StartTag& tag) {
    take(tag.name);
    require(!tag.name.empty() && tag.attributes.size() <= 512);
    for (const RawAttribute& attribute : tag.attributes) {
      take(attribute.name);
      if (!attribute.value.empty()) take(attribute.value);
    }
    switch (tag.name.size()) {
      case 2:
        return ContentModel::rcdata;
      case 3:
        return ContentModel::rawtext;
      case 6:
        return ContentModel::script_data;
      case 9:
        return ContentModel::plaintext;
      default:
        return ContentModel::data;
    }
  }
  void end_tag(const EndTag& tag) { take(tag.name); }
  void comment(std::string_view raw) { take(raw); }
  void doctype(const Doctype& doctype) {
    if (doctype.name) take(*doctype.name);
    if (doctype.public_id) take(*doctype.public_id);
    if (doctype.system_id) take(*doctype.system_id);
  }
  bool allows_cdata() const { return true; }

 private:
  void take(std::string_view raw) {
    require(raw.data() >= at_ && raw.data() + raw.size() <= end_);
    at_ = raw.data() + raw.size();
  }

  const char* at_;
  const char* end_;
};

void check_page(std::string_view content_type, std::string_view body) {
  const auto parsed = HtmlParser().parse(
      {.url = "https://example.com/", .content_type = content_type, .body = body, .robots_agent = "Fuzzer"});
  if (!parsed) return;
  require(parsed->title.size() <= 4096 && parsed->description.size() <= 4096);
  require(is_valid_utf8(parsed->title) && is_valid_utf8(parsed->description));
  require(parsed->hreflang.size() <= MetadataReader::kMaxHreflang);
  for (const auto& [language, url] : parsed->hreflang)
    require(!language.empty() && is_valid_utf8(language) && is_valid_utf8(url));
  require(parsed->open_graph.size() <= MetadataReader::kMaxProperties);
  for (const auto& [name, content] : parsed->open_graph)
    require(!name.empty() && is_valid_utf8(name) && content.size() <= 4096 && is_valid_utf8(content));
  require(parsed->json_ld.size() <= MetadataReader::kMaxJsonLd);
  for (const std::string_view block : parsed->json_ld) require(!block.empty() && is_valid_utf8(block));
  for (const Link& link : parsed->links) {
    require(link.text.size() <= 256);
    require(is_valid_utf8(link.url) && is_valid_utf8(link.rel) && is_valid_utf8(link.text));
  }
  const bool is_xml = content_type.starts_with("application/xhtml+xml");
  const std::string difference =
      difference_from_plain(decode_body(body, content_type).text, is_xml, parsed->links);
  if (!difference.empty()) std::fprintf(stderr, "%s\n", difference.c_str());
  require(difference.empty());
}

}  // namespace
}  // namespace gossamer

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gossamer;
  // A copy of its own exact size, so that a read past the end is seen.
  const std::string input(reinterpret_cast<const char*>(data), size);
  CheckingSink sink(input);
  Tokenizer(std::string_view(input), sink).run();
  for (const std::string_view type : {"text/html", "application/xhtml+xml", "text/html; charset=windows-1251",
                                      "text/html; charset=shift_jis"})
    check_page(type, input);
  return 0;
}
