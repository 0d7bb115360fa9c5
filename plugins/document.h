#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "net/base/error.h"

struct _xmlDoc;
struct _xmlNode;

namespace gossamer {

class Selection;

// Thrown by css() and xpath() for a wrong selector, which is a mistake in the program, and for one that takes
// too many steps on this page. try_css() and try_xpath() return the same as an Error.
class SelectorError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What a query can be asked of. CSS: plugins/css_selector.h says what is understood, and "::text" and
// "::attr(name)" at the end yield text and attributes. XPath is 1.0; names in an HTML page are in lower case.
class Queryable {
 public:
  Selection css(std::string_view selector) const;
  Selection xpath(std::string_view expression) const;
  Result<Selection> try_css(std::string_view selector) const;
  Result<Selection> try_xpath(std::string_view expression) const;

 protected:
  explicit Queryable(_xmlNode* node) : node_(node) {}
  _xmlNode* node_;  // null: nothing to find
};

// One thing found in a page: a small value that points into its Document and is valid as long as that lives,
// moved or not. A query on a node looks below it: node.css("h2"), node.css("> li"), node.xpath(".//a");
// "::text" and
// "::attr(name)" alone take in the node itself. (In XPath "//a" starts from the root wherever it is asked.)
class Node : public Queryable {
 public:
  enum class Kind {
    element,
    text,
    attribute,
    comment,
    value,  // a string, number or boolean that an XPath expression computed
  };
  Kind kind() const;

  // Of an element or attribute, in lower case; "" for others.
  std::string_view name() const;

  // An element as HTML, anything else its plain value as it stands in the page.
  std::string get() const;

  // The text as a reader sees it: white space collapsed but in <pre>, a line break between blocks and for
  // <br>, no scripts and styles.
  std::string text() const;

  // An attribute of an element; "" for one without a value.
  std::optional<std::string> attr(std::string_view name) const;

  // The element around this one or around this text or attribute; none at the root.
  std::optional<Node> parent() const;

 private:
  friend class Queryable;
  friend class Selection;
  explicit Node(_xmlNode* node) : Queryable(node) {}
  explicit Node(std::string value)
      : Queryable(nullptr), value_(std::make_shared<std::string>(std::move(value))) {}

  std::shared_ptr<const std::string> value_;  // of Kind::value
};

// What a query found, in document order, each node once. The short forms speak of the first node:
//   page.css("h1::text").get_or("")    page.css("time").attr("datetime")    for (auto& row : page.css("tr"))
//   ...
class Selection {
 public:
  using const_iterator = std::vector<Node>::const_iterator;
  const_iterator begin() const { return nodes_.begin(); }
  const_iterator end() const { return nodes_.end(); }
  std::size_t size() const { return nodes_.size(); }
  bool empty() const { return nodes_.empty(); }
  const Node& operator[](std::size_t index) const { return nodes_.at(index); }

  std::optional<std::string> get() const;                        // first node's get()
  std::string get_or(std::string_view otherwise) const;          // or what is given instead
  std::vector<std::string> all() const;                          // every node's get()
  std::string text() const;                                      // first node's text(), "" when empty
  std::optional<std::string> attr(std::string_view name) const;  // first node's

  // The findings of all nodes, one after another; what two of them find comes once.
  Selection css(std::string_view selector) const;
  Selection xpath(std::string_view expression) const;

 private:
  friend class Queryable;
  explicit Selection(std::vector<Node> nodes) : nodes_(std::move(nodes)) {}
  Selection each(Selection (Queryable::*query)(std::string_view) const, std::string_view text) const;
  std::vector<Node> nodes_;
};

// The tree of one page as a browser without scripts builds it, for spiders and plugins that ask for it; links
// and metadata come from HtmlParser, which is some ten times as fast. Move-only. Its nodes are valid as long
// as it lives. One thread at a time: even a query may write into the tree.
class Document : public Queryable {
 public:
  // `body` is any bytes: they are decoded as a browser would (plugins/charset.h) by a byte order mark, the
  // charset of `content_type` (a whole header value) or what the page says itself. For text already in UTF-8
  // pass "text/html; charset=utf-8". Neither need outlive the Document. Nothing is fetched, no entity is
  // expanded but HTML's own character references. Errors: ErrorClass::too_large or parse for a page beyond
  // the limits: 10 MB as UTF-8, 512 attributes an element, 512 elements deep, a million nodes.
  static Result<Document> parse(std::string_view body, std::string_view content_type = {});

  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

 private:
  struct FreeTree {
    void operator()(_xmlDoc* tree) const;
  };
  explicit Document(std::unique_ptr<_xmlDoc, FreeTree> tree);

  std::unique_ptr<_xmlDoc, FreeTree> tree_;
};

}  // namespace gossamer
