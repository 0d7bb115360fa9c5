#pragma once

#include <libxml/tree.h>

#include "plugins/css_selector.h"

namespace gossamer::css {

// Tests of one element that look at its own attributes, and for some at its ancestors or children, only. What
// they cost is added to `steps`: one for each node and attribute looked at and for each 16 bytes of a value.
bool matches(const Attribute& test, const xmlNode* element, long& steps);
bool matches(const Id& test, const xmlNode* element, long& steps);
bool matches(const Class& test, const xmlNode* element, long& steps);
bool matches(const Language& test, const xmlNode* element, long& steps);
bool matches(Flag test, const xmlNode* element, const xmlNode* scope, long& steps);

}  // namespace gossamer::css
