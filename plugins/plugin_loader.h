#pragma once

#include <memory>
#include <string>
#include <vector>

#include "net/base/error.h"
#include "plugins/parser.h"
#include "plugins/parser_registry.h"

namespace gossamer {

// Loads a shared object that keeps to plugins/plugin_api.h. The parser unloads it when it dies; it makes an
// instance for each thread that parses at the same time. `path` is a path, never searched for in library
// folders. What the plugin reports is checked: an item must be a JSON object and is put on one line; a page
// for which anything was refused fails with ErrorClass::parse. Errors: invalid_input, one line with the path:
// no such file, not a shared object, not a plugin, built for another ABI version, incomplete, unable to
// start.
Result<std::unique_ptr<Parser>> load_plugin(const std::string& path);

// The parsers of a command: the plugins in this order, then the built-in ones, HtmlParser and FeedParser.
// `feed_items`: the entries of feeds are items. Errors: those of load_plugin().
Result<ParserRegistry> load_parsers(const std::vector<std::string>& plugins, bool feed_items = false);

}  // namespace gossamer
