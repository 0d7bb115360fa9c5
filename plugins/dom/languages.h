#pragma once

#include <libxml/tree.h>
#include <optional>
#include <string_view>

#include "plugins/css_selector.h"

namespace gossamer::css {

// Tells the language of the elements of one page (HTML 3.2.6.2), whose tree must stay as it is. In XHTML
// xml:lang counts where an element has no lang. Costs are added to `steps` as in counted_reads.h.
class Languages {
 public:
  // By extended filtering (RFC 4647, section 3.3.2): `de-DE` is in de-Latn-DE too. "" is a language that
  // nobody tells, and is in no range but "".
  bool matches(const Language& test, const xmlNode* element, long& steps);

 private:
  std::string_view language_of(const xmlNode* element, long& steps);

  std::optional<std::string_view> of_page_;  // where no element tells it
};

}  // namespace gossamer::css
