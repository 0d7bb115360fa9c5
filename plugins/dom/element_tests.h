#pragma once

#include <libxml/tree.h>

#include "plugins/css_selector.h"
#include "plugins/dom/form_controls.h"

namespace gossamer::css {

// Tests of one element that look at its own attributes, and for some at its ancestors or children, only; but
// for :checked, which asks `controls`. What they cost is added to `steps` as in counted_reads.h.
bool matches(const Attribute& test, const xmlNode* element, long& steps);
bool matches(const Id& test, const xmlNode* element, long& steps);
bool matches(const Class& test, const xmlNode* element, long& steps);
bool matches(Flag test, const xmlNode* element, const xmlNode* scope, FormControls& controls, long& steps);

}  // namespace gossamer::css
