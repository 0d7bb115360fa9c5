#pragma once

#include "plugins/html/tokens.h"

namespace gossamer {

// How the contents of an HTML element are read (WHATWG HTML 13.2.6.4, scripting disabled).
inline ContentModel content_model_of(const StartTag& tag) {
  switch (tag.key) {
    case name_key("title"):
    case name_key("textarea"):
      return ContentModel::rcdata;
    case name_key("style"):
    case name_key("xmp"):
    case name_key("iframe"):
    case name_key("noembed"):
    case name_key("noframes"):
      return ContentModel::rawtext;
    case name_key("script"):
      return ContentModel::script_data;
    case 0:
      return equals_ignoring_case(tag.name, "plaintext") ? ContentModel::plaintext : ContentModel::data;
    default:
      return ContentModel::data;
  }
}

}  // namespace gossamer
