#pragma once

#include <libxml/tree.h>

#include "plugins/css_selector.h"

namespace gossamer::css {

// Tests of one element that look at its own attributes, and for some at its ancestors, only.
bool matches(const Attribute& test, const xmlNode* element);
bool matches(const Id& test, const xmlNode* element);
bool matches(const Class& test, const xmlNode* element);
bool matches(const Language& test, const xmlNode* element);
bool matches(Flag test, const xmlNode* element, const xmlNode* scope);

}  // namespace gossamer::css
