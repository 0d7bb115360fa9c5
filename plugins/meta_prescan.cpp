#include "plugins/meta_prescan.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "plugins/html/ascii.h"

namespace gossamer {

namespace {

constexpr std::size_t kPrescanBytes = 1024;

struct PrescanAttribute {
  std::string_view name;  // any case
  std::string_view value;
};

// Walks the start of a page; past its end every step does nothing.
class Prescan {
 public:
  explicit Prescan(std::string_view text) : text_(text) {}

  const Encoding* run() {
    while (!at_end()) {
      const std::string_view rest = text_.substr(at_);
      if (rest.starts_with("<!--")) {
        at_ += 2;  // the dashes that open the comment may close it
        skip_past("-->");
      } else if (starts_with_ignoring_case(rest, "<meta") && rest.size() > 5 &&
                 (is_html_space(rest[5]) || rest[5] == '/')) {
        at_ += 6;
        if (const Encoding* found = read_meta()) return found;
      } else if (is_tag(rest)) {
        while (!at_end() && !is_html_space(text_[at_]) && text_[at_] != '>') ++at_;
        while (next_attribute()) {
        }
      } else if (rest.starts_with("<!") || rest.starts_with("</") || rest.starts_with("<?")) {
        skip_past(">");
      } else {
        ++at_;
      }
    }
    return nullptr;
  }

 private:
  static bool is_tag(std::string_view rest) {
    if (!rest.starts_with('<')) return false;
    const std::size_t name = rest.size() > 1 && rest[1] == '/' ? 2 : 1;
    return rest.size() > name && is_ascii_alpha(rest[name]);
  }

  const Encoding* read_meta() {
    bool got_pragma = false;
    bool seen_http_equiv = false;
    bool seen_content = false;
    bool seen_charset = false;
    std::optional<bool> need_pragma;
    const Encoding* encoding = nullptr;
    while (const auto attribute = next_attribute()) {
      if (equals_ignoring_case(attribute->name, "http-equiv") && !seen_http_equiv) {
        seen_http_equiv = true;
        got_pragma = equals_ignoring_case(attribute->value, "content-type");
      } else if (equals_ignoring_case(attribute->name, "content") && !seen_content) {
        seen_content = true;
        const Encoding* declared = encoding_for_label(charset_in_content(attribute->value));
        if (declared != nullptr && !need_pragma.has_value()) {
          encoding = declared;
          need_pragma = true;
        }
      } else if (equals_ignoring_case(attribute->name, "charset") && !seen_charset) {
        seen_charset = true;
        encoding = encoding_for_label(attribute->value);
        need_pragma = false;
      }
    }
    if (at_end() || !need_pragma.has_value() || (*need_pragma && !got_pragma)) return nullptr;
    return encoding;
  }

  // "Get an attribute"; nothing at the '>' of the tag or when the text ends.
  std::optional<PrescanAttribute> next_attribute() {
    while (!at_end() && (is_html_space(text_[at_]) || text_[at_] == '/')) ++at_;
    if (at_end() || text_[at_] == '>') return std::nullopt;
    PrescanAttribute attribute;
    const std::size_t start = at_++;
    while (!at_end() && text_[at_] != '=' && text_[at_] != '/' && text_[at_] != '>' &&
           !is_html_space(text_[at_]))
      ++at_;
    attribute.name = text_.substr(start, at_ - start);
    skip_space();
    if (at_end()) return std::nullopt;
    if (text_[at_] != '=') return attribute;
    ++at_;
    skip_space();
    if (at_end()) return std::nullopt;
    const char quote = text_[at_];
    if (quote == '"' || quote == '\'') {
      const std::size_t close = text_.find(quote, at_ + 1);
      if (close == std::string_view::npos) {
        at_ = text_.size();
        return std::nullopt;
      }
      attribute.value = text_.substr(at_ + 1, close - at_ - 1);
      at_ = close + 1;
      return attribute;
    }
    const std::size_t value = at_;
    while (!at_end() && text_[at_] != '>' && !is_html_space(text_[at_])) ++at_;
    if (at_end()) return std::nullopt;
    attribute.value = text_.substr(value, at_ - value);
    return attribute;
  }

  void skip_space() {
    while (!at_end() && is_html_space(text_[at_])) ++at_;
  }

  void skip_past(std::string_view closer) {
    const std::size_t found = text_.find(closer, at_);
    at_ = found == std::string_view::npos ? text_.size() : found + closer.size();
  }

  bool at_end() const { return at_ >= text_.size(); }

  std::string_view text_;
  std::size_t at_ = 0;
};

// "Get an XML encoding".
const Encoding* xml_declared_encoding(std::string_view text) {
  if (!text.starts_with("<?xml")) return nullptr;
  const std::size_t close = text.find('>');
  if (close == std::string_view::npos) return nullptr;
  text = text.substr(0, close);
  constexpr std::string_view kEncoding = "encoding";
  std::size_t i = text.find(kEncoding);
  if (i == std::string_view::npos) return nullptr;
  const auto skip_blanks = [&] {
    while (i < text.size() && static_cast<unsigned char>(text[i]) <= ' ') ++i;
  };
  i += kEncoding.size();
  skip_blanks();
  if (i == text.size() || text[i] != '=') return nullptr;
  ++i;
  skip_blanks();
  if (i == text.size() || (text[i] != '"' && text[i] != '\'')) return nullptr;
  const std::size_t end = text.find(text[i], i + 1);
  return end == std::string_view::npos ? nullptr : encoding_for_label(text.substr(i + 1, end - i - 1));
}

}  // namespace

std::string_view charset_in_content(std::string_view content) {
  constexpr std::string_view kCharset = "charset";
  for (std::size_t i = 0; i + kCharset.size() <= content.size(); ++i) {
    if (!equals_ignoring_case(content.substr(i, kCharset.size()), kCharset)) continue;
    std::size_t at = i + kCharset.size();
    const auto skip_space = [&] {
      while (at < content.size() && is_html_space(content[at])) ++at;
    };
    skip_space();
    if (at == content.size() || content[at] != '=') continue;
    ++at;
    skip_space();
    if (at == content.size()) return {};
    if (content[at] == '"' || content[at] == '\'') {
      const std::size_t close = content.find(content[at], at + 1);
      return close == std::string_view::npos ? std::string_view() : content.substr(at + 1, close - at - 1);
    }
    return content.substr(at, content.find_first_of("\t\n\f\r ;", at) - at);
  }
  return {};
}

const Encoding* prescan_encoding(std::string_view body) {
  const std::string_view start = body.substr(0, kPrescanBytes);
  if (start.starts_with(std::string_view("<\0?\0x\0", 6))) return &kUtf16Le;
  if (start.starts_with(std::string_view("\0<\0?\0x", 6))) return &kUtf16Be;
  const Encoding* found = Prescan(start).run();
  if (found == nullptr) found = xml_declared_encoding(start);
  if (found == nullptr) return nullptr;
  if (found->kind == Encoding::Kind::utf16) return &kUtf8;
  if (found->kind == Encoding::Kind::user_defined) return &kWindows1252;
  return found;
}

}  // namespace gossamer
