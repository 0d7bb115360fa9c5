#include "tests/support/plain_links.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <re2/re2.h>
#include <set>

#include "plugins/document_base.h"
#include "plugins/html/meta_refresh.h"
#include "plugins/html/text_breaks.h"
#include "plugins/html/tokenizer.h"

namespace gossamer {

namespace {

constexpr std::string_view kSpaces = " \t\n\f\r";

std::string stripped(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(kSpaces) + 1 - first));
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> found;
  std::size_t begin = 0;
  while ((begin = text.find_first_not_of(kSpaces, begin)) != std::string_view::npos) {
    const std::size_t end = std::min(text.find_first_of(kSpaces, begin), text.size());
    found.emplace_back(text.substr(begin, end - begin));
    begin = end;
  }
  return found;
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

// The descriptors of a srcset's candidate, which begin at `at`, and the comma behind them.
std::vector<std::string> take_descriptors(std::string_view text, std::size_t& at) {
  std::vector<std::string> found = {""};
  for (bool in_parentheses = false; at < text.size() && (in_parentheses || text[at] != ','); ++at) {
    if (text[at] == '(') in_parentheses = true;
    if (text[at] == ')') in_parentheses = false;
    if (!in_parentheses && kSpaces.contains(text[at])) {
      found.emplace_back();
    } else {
      found.back() += text[at];
    }
  }
  std::erase(found, "");
  return found;
}

bool are_right(const std::vector<std::string>& descriptors) {
  static const RE2 kWidth("0*[1-9][0-9]*w");
  static const RE2 kHeight("0*[1-9][0-9]*h");
  static const RE2 kDensity("([0-9]*[.])?[0-9]+([eE][-+]?[0-9]+)?x|-(0*[.])?0+([eE][-+]?[0-9]+)?x");
  const auto count = [&](const RE2& pattern) {
    return std::ranges::count_if(descriptors,
                                 [&](const std::string& d) { return RE2::FullMatch(d, pattern); });
  };
  const auto widths = count(kWidth);
  const auto heights = count(kHeight);
  const auto densities = count(kDensity);
  if (widths + heights + densities != std::ssize(descriptors)) return false;
  return densities == 0 ? widths <= 1 && heights <= widths : descriptors.size() == 1;
}

// The URLs of a srcset: "parse a srcset attribute" (WHATWG HTML 4.8.4.2.1).
std::vector<std::string> srcset_urls(std::string_view text) {
  std::vector<std::string> urls;
  std::size_t at = 0;
  for (;;) {
    at = text.find_first_not_of(" \t\n\f\r,", at);
    if (at == std::string_view::npos) return urls;
    const std::size_t end = std::min(text.find_first_of(kSpaces, at), text.size());
    std::string url(text.substr(at, end - at));
    at = end;
    const bool ends_candidate = url.ends_with(',');
    while (url.ends_with(',')) url.pop_back();
    if (ends_candidate || are_right(take_descriptors(text, at))) urls.push_back(url);
  }
}

// Which attribute of which element is a link, under the element's name.
struct Rule {
  std::string_view element;
  std::string_view attribute;
  enum { url, url_or_empty, srcset } kind;
  bool foreign = false;
};
constexpr std::array kRules = {Rule{"a", "href", Rule::url_or_empty},
                               Rule{"area", "href", Rule::url_or_empty},
                               Rule{"audio", "src", Rule::url},
                               Rule{"embed", "src", Rule::url},
                               Rule{"form", "action", Rule::url_or_empty},
                               Rule{"frame", "src", Rule::url},
                               Rule{"iframe", "src", Rule::url},
                               Rule{"img", "src", Rule::url},
                               Rule{"img", "srcset", Rule::srcset},
                               Rule{"input", "src", Rule::url},
                               Rule{"link", "href", Rule::url},
                               Rule{"object", "data", Rule::url},
                               Rule{"script", "src", Rule::url},
                               Rule{"source", "src", Rule::url},
                               Rule{"source", "srcset", Rule::srcset},
                               Rule{"track", "src", Rule::url},
                               Rule{"video", "src", Rule::url},
                               Rule{"video", "poster", Rule::url},
                               Rule{"a", "href", Rule::url_or_empty, true},
                               Rule{"image", "href", Rule::url_or_empty, true},
                               Rule{"script", "href", Rule::url_or_empty, true}};

const std::string* value_of(const PlainLinks::Attributes& attributes, std::string_view name) {
  const auto found = attributes.find(std::string(name));
  return found == attributes.end() ? nullptr : &found->second;
}

std::string decoded_name(std::string_view raw) {
  std::string name;
  append_decoded_name(name, raw);
  return name;
}

const std::set<std::string_view> kSvgPoints = {"foreignobject", "desc", "title"};
const std::set<std::string_view> kMathPoints = {"mi", "mo", "mn", "ms", "mtext"};
const std::set<std::string_view> kHtmlOnly = {
    "b",     "big",   "blockquote", "body",   "br",   "center", "code",  "dd", "div",  "dl",   "dt",
    "em",    "embed", "h1",         "h2",     "h3",   "h4",     "h5",    "h6", "head", "hr",   "i",
    "img",   "li",    "listing",    "menu",   "meta", "nobr",   "ol",    "p",  "pre",  "ruby", "s",
    "small", "span",  "strong",     "strike", "sub",  "sup",    "table", "tt", "u",    "ul"};
const std::map<std::string_view, ContentModel> kContentModels = {
    {"title", ContentModel::rcdata},       {"textarea", ContentModel::rcdata},
    {"style", ContentModel::rawtext},      {"xmp", ContentModel::rawtext},
    {"iframe", ContentModel::rawtext},     {"noembed", ContentModel::rawtext},
    {"noframes", ContentModel::rawtext},   {"script", ContentModel::script_data},
    {"plaintext", ContentModel::plaintext}};

// What LinkSink promises of its limits; the plain reading has none.
constexpr std::size_t kFollowedLevels = 64;  // of foreign content
constexpr std::size_t kMaxLinkText = 256;    // in bytes
constexpr std::size_t kMaxCharacter = 8;     // of a text, with the space before it

}  // namespace

void PlainLinks::element(std::string_view name, const Attributes& attributes, bool foreign) {
  if (name == "meta" && !foreign) add_refresh(attributes);
  if (name == "base" && !foreign && !base_ && attributes.contains("href")) base_ = attributes.at("href");
  const std::string* rel = value_of(attributes, "rel");
  const bool has_rel = name == "a" || name == "area" || name == "link" || name == "form";
  for (const Rule& rule : kRules) {
    if (rule.element != name || rule.foreign != foreign) continue;
    const std::string* value = value_of(attributes, rule.attribute);
    if (value == nullptr && foreign) value = value_of(attributes, "xlink:href");
    if (value == nullptr || (rule.kind != Rule::url_or_empty && stripped(*value).empty())) continue;
    if (rule.kind == Rule::srcset) {
      for (const std::string& url : srcset_urls(*value)) add(name, url);
    } else {
      add(name, *value, has_rel && rel != nullptr ? *rel : "");
    }
    if (name == "a" || name == "area") add_pings(attributes);
  }
}

void PlainLinks::add(std::string_view tag, std::string_view url, std::string_view rel) {
  const auto tokens = words(lower(std::string(rel)));
  links.push_back({std::string(tag), stripped(url), std::string(rel),
                   std::ranges::find(tokens, "nofollow") != tokens.end(), ""});
}

void PlainLinks::add_pings(const Attributes& attributes) {
  if (const std::string* pings = value_of(attributes, "ping")) {
    for (const std::string& url : words(*pings)) add("ping", url);
  }
}

void PlainLinks::add_refresh(const Attributes& attributes) {
  const std::string* pragma = value_of(attributes, "http-equiv");
  const std::string* content = value_of(attributes, "content");
  if (pragma == nullptr || content == nullptr || lower(*pragma) != "refresh" || has_refresh_) return;
  const auto refresh = parse_meta_refresh(*content);
  if (!refresh || !resolves(refresh->url)) return;
  has_refresh_ = true;
  if (!refresh->url.empty()) add("meta", refresh->url);
}

bool PlainLinks::resolves(std::string_view url) const {
  const std::string base = stripped(base_.value_or(""));
  ParsedPage page;
  page.base = base;
  return DocumentBase(page, *Url::parse("http://host/")).resolve(url).has_value();
}

void PlainTokenSink::text(std::string_view raw, RawTextKind kind) {
  if (!in_anchor_ || in_title_ || is_inert() || !raw_element_.empty() ||
      (kind != RawTextKind::data && kind != RawTextKind::cdata))
    return;
  append_decoded(anchor_text_, raw, kind);
}

ContentModel PlainTokenSink::start_tag(const StartTag& tag) {
  const std::string name = decoded_name(tag.name);
  PlainLinks::Attributes attributes;
  for (const RawAttribute& attribute : tag.attributes) {
    std::string value;
    append_decoded(value, attribute.value, RawTextKind::attribute);
    attributes.emplace(decoded_name(attribute.name), std::move(value));
  }
  const bool inert = is_inert();
  if (!inert && raw_element_.empty() && break_around(tag.key, name) != '\0') anchor_text_ += ' ';
  const bool foreign = enter_foreign(name, attributes, tag.self_closing);
  if (name == "template" && !foreign) {
    if (is_xml_ && tag.self_closing) return ContentModel::data;
    const std::string mode = lower(attributes["shadowrootmode"]);
    templates_.push_back(!inert && mode != "open" && mode != "closed");
    return ContentModel::data;
  }
  if (!inert) {
    const bool may_link = !foreign || contents() == Contents::svg;
    if (may_link && name == "a") close_anchor();
    if (name == "title" && !foreign && !title_seen_ && raw_element_.empty()) {
      title_seen_ = true;
      in_title_ = !(tag.self_closing && is_xml_);
    }
    const std::size_t index = found_.links.size();
    const bool is_form = name == "form" && !foreign;
    if (may_link && (!is_form || !in_form_ || !templates_.empty()))
      found_.element(name == "image" && !foreign ? "img" : name, attributes, foreign);
    if (is_form && templates_.empty()) in_form_ = !is_xml_;
    for (std::size_t i = index; i < found_.links.size(); ++i)
      found_.links[i].nofollow |= tag.has_more_attributes;
    const bool ends_itself = tag.self_closing && (is_xml_ || foreign);
    if (name == "a" && found_.links.size() > index && !ends_itself) {
      in_anchor_ = true;
      anchor_ = index;
      anchor_text_.clear();
    }
  }
  const auto model = kContentModels.find(name);
  if (foreign || model == kContentModels.end()) return ContentModel::data;
  if (!is_xml_) return model->second;
  if (!tag.self_closing && raw_element_.empty()) raw_element_ = name;
  return ContentModel::data;
}

void PlainTokenSink::end_tag(const EndTag& tag) {
  const std::string name = decoded_name(tag.name);
  if (!is_inert() && raw_element_.empty() && break_around(tag.key, name) != '\0') anchor_text_ += ' ';
  if (name == raw_element_) raw_element_.clear();
  if (name == "form" && templates_.empty()) in_form_ = false;
  leave_foreign(name);
  if (name == "a") close_anchor();
  if (name == "title") in_title_ = false;
  if (name == "template" && !templates_.empty()) {
    break_out();
    templates_.pop_back();
  }
}

bool PlainTokenSink::is_inert() const { return std::ranges::find(templates_, true) != templates_.end(); }

// Whether the element of this start tag is foreign.
bool PlainTokenSink::enter_foreign(const std::string& name, const PlainLinks::Attributes& attributes,
                                   bool self_closing) {
  const bool is_root = name == "svg" || name == "math";
  if (!is_foreign() && !is_root) return false;
  const bool is_html_font = name == "font" && (attributes.contains("color") || attributes.contains("face") ||
                                               attributes.contains("size"));
  if (is_foreign() && (kHtmlOnly.contains(name) || is_html_font)) {
    break_out();
    return false;
  }
  const bool is_svg = contents() == Contents::svg;
  const bool is_math = contents() == Contents::math || contents() == Contents::annotation;
  Contents inside = contents();
  if (name == "svg" && contents() != Contents::math) inside = Contents::svg;
  if (name == "math" && !is_svg) inside = Contents::math;
  if (is_svg ? kSvgPoints.contains(name) : is_math && kMathPoints.contains(name)) inside = Contents::html;
  if (is_math && name == "annotation-xml") {
    const std::string* written = value_of(attributes, "encoding");
    const std::string encoding = lower(written == nullptr ? "" : *written);
    const bool is_html = encoding == "text/html" || encoding == "application/xhtml+xml";
    inside = is_html ? Contents::html : Contents::annotation;
  }
  const bool is_followed =
      is_root || kSvgPoints.contains(name) || kMathPoints.contains(name) || name == "annotation-xml";
  if (is_followed && !self_closing) levels_.push_back({name, inside});
  deepest_ = std::max(deepest_, levels_.size());
  return true;
}

void PlainTokenSink::leave_foreign(const std::string& name) {
  for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
    if (level->element == name) {
      levels_.erase(std::prev(level.base()), levels_.end());
      return;
    }
    if (level->contents == Contents::html) break;
  }
  if (name == "p" || name == "br" || name == "div") break_out();
}

void PlainTokenSink::break_out() {
  while (is_foreign()) levels_.pop_back();
}

void PlainTokenSink::close_anchor() {
  if (!in_anchor_) return;
  in_anchor_ = false;
  std::erase(anchor_text_, '\0');
  std::string& text = found_.links[anchor_].text;
  for (const std::string& word : words(anchor_text_)) text += (text.empty() ? "" : " ") + word;
}

std::vector<PlainLink> PlainTokenSink::finish() {
  close_anchor();
  return std::move(found_.links);
}

std::string difference_from_plain(std::string_view text, bool is_xml, const std::vector<Link>& links) {
  PlainTokenSink sink(is_xml);
  Tokenizer(text, sink).run();
  const std::vector<PlainLink> plain = sink.finish();
  if (sink.deepest() > kFollowedLevels) return "";
  for (std::size_t i = 0; i < std::min(links.size(), plain.size()); ++i) {
    const Link& link = links[i];
    PlainLink wanted = plain[i];
    const bool cut = wanted.text.size() > kMaxLinkText && wanted.text.starts_with(link.text) &&
                     link.text.size() <= kMaxLinkText && link.text.size() + kMaxCharacter > kMaxLinkText;
    if (cut) wanted.text = link.text;
    const PlainLink is{std::string(to_string(link.tag)), std::string(link.url), std::string(link.rel),
                       link.nofollow, std::string(link.text)};
    if (is == wanted) continue;
    return fmt::format(
        "link {} is <{} \"{}\" rel=\"{}\" nofollow={}>{}, not <{} \"{}\" rel=\"{}\" nofollow={}>{}", i,
        is.tag, is.url, is.rel, is.nofollow, is.text, wanted.tag, wanted.url, wanted.rel, wanted.nofollow,
        wanted.text);
  }
  if (links.size() != plain.size()) return fmt::format("{} links, not {}", links.size(), plain.size());
  return "";
}

}  // namespace gossamer
