#pragma once

#include <libxml/tree.h>
#include <vector>

#include "net/base/error.h"
#include "plugins/css_selector.h"

namespace gossamer::css {

// What `selectors` yields below `context`, a document or an element, in document order and each node once:
// elements, text nodes, attributes (cast to xmlNode as libxml2 does). As with querySelectorAll, only what is
// below the context is yielded, but ancestors above it count in matching. :scope is the context, the root for
// a document. Errors: ErrorClass::too_large after kMaxSteps steps through the tree, which only a page made
// for it needs.
Result<std::vector<xmlNode*>> select(const SelectorList& selectors, xmlNode* context);

}  // namespace gossamer::css
