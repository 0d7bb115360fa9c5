#include "plugins/dom/languages.h"

#include <algorithm>

#include "plugins/dom/counted_reads.h"
#include "plugins/dom/html_tree.h"
#include "plugins/html/ascii.h"

namespace gossamer::css {
namespace {

class Subtags {
 public:
  explicit Subtags(std::string_view tag) : rest_(tag) {}

  bool next(std::string_view& subtag) {
    if (done_) return false;
    const std::size_t dash = rest_.find('-');
    subtag = rest_.substr(0, dash);
    done_ = dash == std::string_view::npos;
    if (!done_) rest_.remove_prefix(dash + 1);
    return true;
  }

 private:
  std::string_view rest_;
  bool done_ = false;
};

bool is_in_range(std::string_view language, std::string_view range) {
  if (language.empty() || range.empty()) return language.empty() && range.empty();
  Subtags tags(language);
  Subtags wanted(range);
  std::string_view tag;
  std::string_view want;
  if (tags.next(tag) && wanted.next(want) && want != "*" && !equals_ignoring_case(tag, want)) return false;
  while (wanted.next(want)) {
    if (want == "*") continue;
    bool more = tags.next(tag);
    while (more && !equals_ignoring_case(tag, want)) more = tag.size() != 1 && tags.next(tag);
    if (!more) return false;
  }
  return true;
}

// What <meta http-equiv=content-language> last told ("pragma-set default language", HTML 4.2.5.3). The depth
// of a tree is bounded, so recursion is safe.
void find_pragma(const xmlNode* parent, std::string_view& found, long& steps) {
  for (const xmlNode* child = parent->children; child != nullptr; child = child->next) {
    ++steps;
    if (!dom::is_element(child)) continue;
    if (dom::is_name(child->name, "meta") &&
        equals_ignoring_case(attribute_value(child, "http-equiv", steps), "content-language")) {
      std::string_view content = strip_html_space(attribute_value(child, "content", steps));
      if (content.find(',') != std::string_view::npos) continue;
      content = content.substr(0, content.find_first_of(" \t\n\f\r"));
      if (!content.empty()) found = content;
    }
    find_pragma(child, found, steps);
  }
}

}  // namespace

std::string_view Languages::language_of(const xmlNode* element, long& steps) {
  const xmlDoc* const page = element->doc;
  const bool is_xml = dom::is_xhtml(page);
  for (; element != nullptr; element = dom::parent_element(element)) {
    ++steps;
    const xmlAttr* language = find_attribute(element, "lang", steps);
    if (language == nullptr && is_xml) language = find_attribute(element, "xml:lang", steps);
    if (language != nullptr) return attribute_value(language, steps);
  }
  if (!of_page_) {
    of_page_ = "";
    find_pragma(xmlDocGetRootElement(page), *of_page_, steps);
  }
  return *of_page_;
}

bool Languages::matches(const Language& test, const xmlNode* element, long& steps) {
  const std::string_view language = language_of(element, steps);
  return std::ranges::any_of(test.ranges,
                             [language](const std::string& range) { return is_in_range(language, range); });
}

}  // namespace gossamer::css
