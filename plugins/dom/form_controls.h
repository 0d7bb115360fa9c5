#pragma once

#include <libxml/tree.h>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace gossamer::css {

// Which options, radio buttons and checkboxes of a page are checked as it was written, before anybody used it
// (HTML 4.16.3). What the answer takes of a whole <select> or page is found once, so the tree must stay as it
// is. Costs are added to `steps` as in counted_reads.h.
class FormControls {
 public:
  bool is_checked(const xmlNode* element, long& steps);

 private:
  bool is_selected(const xmlNode* option, long& steps);

  std::unordered_map<const xmlNode*, const xmlNode*> selected_;  // the option, or null, by its <select>
  std::optional<std::unordered_set<const xmlNode*>> radios_;     // the checked ones that are of a group
};

}  // namespace gossamer::css
