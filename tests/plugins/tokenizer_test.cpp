#include "plugins/html/tokenizer.h"

#include <array>
#include <gmock/gmock.h>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "net/base/utf8.h"
#include "tests/support/conformance.h"

namespace gossamer {
namespace {

using nlohmann::json;

// Takes every token, decoded, in a notation of one string a token; neighbouring text is joined.
class RecordingSink {
 public:
  void text(std::string_view raw, RawTextKind kind) {
    std::string decoded;
    append_decoded(decoded, raw, kind);
    add_text(decoded);
  }
  ContentModel start_tag(const StartTag& tag) {
    std::map<std::string, std::string> attributes;
    for (const RawAttribute& attribute : tag.attributes) {
      std::string value;
      append_decoded(value, attribute.value, RawTextKind::attribute);
      attributes.emplace(name(attribute.name), value);
    }
    add_start_tag(name(tag.name), attributes, tag.self_closing);
    return ContentModel::data;
  }
  void end_tag(const EndTag& tag) { add("</" + name(tag.name)); }
  void comment(std::string_view raw) { add("<!--" + rawtext(raw)); }
  void doctype(const Doctype& doctype) {
    add_doctype(doctype.name ? std::optional(name(*doctype.name)) : std::nullopt,
                doctype.public_id ? std::optional(rawtext(*doctype.public_id)) : std::nullopt,
                doctype.system_id ? std::optional(rawtext(*doctype.system_id)) : std::nullopt,
                !doctype.force_quirks);
  }
  bool allows_cdata() const { return false; }

  void add(std::string token) {
    tokens.push_back(std::move(token));
    last_is_text_ = false;
  }
  void add_text(const std::string& text) {
    if (last_is_text_) {
      tokens.back() += text;
    } else {
      add("\"" + text);
    }
    last_is_text_ = true;
  }
  void add_start_tag(const std::string& tag, const std::map<std::string, std::string>& attributes,
                     bool self_closing) {
    std::string token = "<" + tag;
    for (const auto& [key, value] : attributes) token += " " + key + "=\"" + value + "\"";
    add(token + (self_closing ? "/>" : ">"));
  }
  void add_doctype(const std::optional<std::string>& name, const std::optional<std::string>& public_id,
                   const std::optional<std::string>& system_id, bool correct) {
    add("<!DOCTYPE " + name.value_or("-") + "|" + public_id.value_or("-") + "|" + system_id.value_or("-") +
        (correct ? "" : " quirks"));
  }

  std::vector<std::string> tokens;

 private:
  static std::string name(std::string_view raw) {
    std::string decoded;
    append_decoded_name(decoded, raw);
    return decoded;
  }
  static std::string rawtext(std::string_view raw) {
    std::string decoded;
    append_decoded(decoded, raw, RawTextKind::rawtext);
    return decoded;
  }
  bool last_is_text_ = false;
};

std::vector<std::string> tokenize(std::string_view input, ContentModel model = ContentModel::data,
                                  std::string_view last_start_tag = {}) {
  RecordingSink sink;
  Tokenizer tokenizer(input, sink);
  tokenizer.run(model, last_start_tag);
  return sink.tokens;
}

// "\uHHHH" written out in the string itself, as in the cases marked doubleEscaped. A pair of surrogates
// becomes one character.
std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!text.substr(i).starts_with("\\u")) {
      out += text[i];
      continue;
    }
    const auto unit = [&](std::size_t at) {
      return static_cast<char32_t>(std::stoul(std::string(text.substr(at + 2, 4)), nullptr, 16));
    };
    char32_t code_point = unit(i);
    i += 5;
    if (code_point >= 0xD800 && code_point < 0xDC00 && text.substr(i + 1).starts_with("\\u")) {
      const char32_t low = unit(i + 1);
      if (low >= 0xDC00 && low < 0xE000) {
        code_point = 0x10000 + ((code_point - 0xD800) << 10) + (low - 0xDC00);
        i += 6;
      }
    }
    append_code_point(out, code_point);
  }
  return out;
}

std::vector<std::string> expected_tokens(const json& output, bool double_escaped) {
  const auto string = [&](const json& value) {
    const auto text = value.get<std::string>();
    return double_escaped ? unescape(text) : text;
  };
  const auto optional_string = [&](const json& value) {
    return value.is_null() ? std::nullopt : std::optional(string(value));
  };
  RecordingSink expected;
  for (const json& token : output) {
    const auto kind = token.at(0).get<std::string>();
    if (kind == "Character") {
      expected.add_text(string(token.at(1)));
    } else if (kind == "StartTag") {
      std::map<std::string, std::string> attributes;
      for (const auto& [key, value] : token.at(2).items()) attributes.emplace(string(key), string(value));
      expected.add_start_tag(string(token.at(1)), attributes, token.size() > 3 && token.at(3).get<bool>());
    } else if (kind == "EndTag") {
      expected.add("</" + string(token.at(1)));
    } else if (kind == "Comment") {
      expected.add("<!--" + string(token.at(1)));
    } else {
      expected.add_doctype(optional_string(token.at(1)), optional_string(token.at(2)),
                           optional_string(token.at(3)), token.at(4).get<bool>());
    }
  }
  return expected.tokens;
}

ContentModel content_model(const std::string& state) {
  static const std::map<std::string, ContentModel> kModels = {
      {"Data state", ContentModel::data},           {"RCDATA state", ContentModel::rcdata},
      {"RAWTEXT state", ContentModel::rawtext},     {"Script data state", ContentModel::script_data},
      {"PLAINTEXT state", ContentModel::plaintext}, {"CDATA section state", ContentModel::cdata_section}};
  return kModels.at(state);
}

// "" if the case passes in each of its states.
std::string difference(const json& test) {
  const bool double_escaped = test.value("doubleEscaped", false);
  const auto text = test.at("input").get<std::string>();
  const std::string input = double_escaped ? unescape(text) : text;
  const auto last_start_tag = test.value("lastStartTag", std::string());
  const auto expected = expected_tokens(test.at("output"), double_escaped);
  std::string differences;
  for (const auto& state : test.value("initialStates", std::vector<std::string>{"Data state"})) {
    const auto tokens = tokenize(input, content_model(state), last_start_tag);
    if (tokens != expected) differences += state + ": " + testing::PrintToString(tokens) + "; ";
  }
  return differences;
}

TEST(Tokenizer, PassesHtml5libTests) {
  constexpr std::array kFiles = {
      "contentModelFlags",       "domjs",       "entities", "escapeFlag", "namedEntities", "numericEntities",
      "pendingSpecChanges",      "test1",       "test2",    "test3",      "test4",         "unicodeChars",
      "unicodeCharsProblematic", "xmlViolation"};
  if (!conformance_data("html/html5lib-tokenizer/test1.test"))
    GTEST_SKIP() << "no html/html5lib-tokenizer: set GOSSAMER_TEST_DATA";
  const std::string xml =
      "asks for text changed to fit an XML tree; the standard's tokenizer leaves it alone";
  ConformanceSet set("HTML tokenizer", {{"xmlViolation: Non-XML character", xml},
                                        {"xmlViolation: Non-XML space", xml},
                                        {"xmlViolation: Double hyphen in comment", xml}});
  for (const std::string file : kFiles) {
    const auto document = conformance_data("html/html5lib-tokenizer/" + file + ".test");
    ASSERT_TRUE(document) << file;
    for (const char* const list : {"tests", "xmlViolationTests"}) {
      for (const json& test : document->value(list, json::array()))
        set.check(file + ": " + test.at("description").get<std::string>(), difference(test));
    }
  }
  set.finish(6810);
}

}  // namespace
}  // namespace gossamer
