#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "crawler/canonical_rules.h"
#include "crawler/cli/batch.h"
#include "crawler/cli/commands.h"
#include "crawler/cli/report_error.h"
#include "net/http/public_suffix.h"
#include "net/http/url.h"

namespace gossamer {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

struct UrlFlags {
  std::vector<std::string> urls;
  std::string base;
  bool canonical = false;
  CanonicalRules rules;
  bool jsonl = false;
  bool batch = false;
};

ordered_json to_json(const Url& url, const CanonicalRules& rules) {
  return {{"href", url.href()},
          {"protocol", url.protocol()},
          {"username", url.username()},
          {"password", url.password()},
          {"host", url.host()},
          {"hostname", url.hostname()},
          {"port", url.port()},
          {"pathname", url.pathname()},
          {"search", url.search()},
          {"hash", url.hash()},
          {"domain", registrable_domain(url.hostname())},
          {"canonical", canonical_url(url, rules)}};
}

Result<Url> parse(std::string_view input, const std::optional<Url>& base) {
  return base ? Url::parse(input, *base) : Url::parse(input);
}

Result<Url> parse_base(std::string_view base) {
  auto url = Url::parse(base);
  if (!url) url.error().message = fmt::format("the base \"{}\" is no URL: {}", base, url.error().message);
  return url;
}

// Parts that are empty are left out.
std::string to_text(const Url& url, const CanonicalRules& rules) {
  std::string text;
  for (const auto& [name, part] : to_json(url, rules).items()) {
    if (const auto value = part.get<std::string>(); !value.empty())
      text += fmt::format("{:<10}{}\n", name, value);
  }
  return text;
}

// One line of a batch. Many lines have the base of the line before, which is then not parsed again.
class Answerer {
 public:
  explicit Answerer(const CanonicalRules& rules) : rules_(rules) {}

  Result<ordered_json> operator()(const json& request) {
    const auto input = string_at(request, "input");
    if (!input) return std::unexpected(input.error());
    if (const auto base = request.find("base"); base == request.end() || base->is_null()) {
      base_.reset();
    } else if (auto changed = set_base(request); !changed) {
      return std::unexpected(changed.error());
    }
    const auto url = parse(*input, base_);
    if (!url) return std::unexpected(url.error());
    return to_json(*url, rules_);
  }

 private:
  Result<> set_base(const json& request) {
    auto text = string_at(request, "base");
    if (!text) return std::unexpected(text.error());
    if (base_ && *text == base_text_) return {};
    auto url = parse_base(*text);
    if (!url) return std::unexpected(url.error());
    base_ = std::move(*url);
    base_text_ = std::move(*text);
    return {};
  }

  CanonicalRules rules_;
  std::optional<Url> base_;
  std::string base_text_;
};

Result<> run(const UrlFlags& flags, int& exit_code) {
  if (auto rules = flags.rules.check(); !rules) return rules;
  if (flags.batch) return answer_requests(Answerer(flags.rules));
  if (flags.urls.empty()) {
    return fail(ErrorClass::invalid_input,
                "no URL: name one or more, or use --batch to read them from standard input");
  }
  std::optional<Url> base;
  if (!flags.base.empty()) {
    auto parsed = parse_base(flags.base);
    if (!parsed) return std::unexpected(parsed.error());
    base = std::move(*parsed);
  }
  bool first = true;
  for (const std::string& text : flags.urls) {
    const auto url = parse(text, base);
    if (!url) {
      exit_code = kExitFailed;
      if (flags.jsonl) fmt::print("{}", json_line({{"error", url.error().message}}));
      fmt::print(stderr, "gossamer url: \"{}\" is no URL: {}\n", text, url.error().message);
    } else if (flags.jsonl) {
      fmt::print("{}", json_line(to_json(*url, flags.rules)));
    } else if (flags.canonical) {
      fmt::print("{}\n", canonical_url(*url, flags.rules));
    } else {
      fmt::print("{}{}", std::exchange(first, false) ? "" : "\n", to_text(*url, flags.rules));
    }
  }
  return {};
}

}  // namespace

void add_url_command(CLI::App& app, int& exit_code) {
  auto flags = std::make_shared<UrlFlags>();
  CLI::App* command =
      app.add_subcommand("url", "Parse URLs as browsers do (WHATWG URL Standard) and show their parts");
  command->add_option("urls", flags->urls, "The URLs; relative ones need --base")->type_name("URL");
  command->add_option("--base", flags->base, "The URL to resolve against")->type_name("URL");
  command->add_flag("--canonical", flags->canonical,
                    "Print only the canonical URL, the spelling under which a crawl knows it");
  command->add_flag("--sort-query", flags->rules.sort_query, "As a crawl with this flag");
  command->add_option("--drop-query", flags->rules.drop_query, "As a crawl with this flag (repeatable)")
      ->type_name("NAME")
      ->allow_extra_args(false);
  command->add_flag("--drop-session-ids", flags->rules.drop_session_ids, "As a crawl with this flag");
  command->add_flag("--jsonl", flags->jsonl,
                    "One JSON object a URL, with every part, also the canonical URL");
  command
      ->add_flag("--batch", flags->batch,
                 R"(Answer each line {"input":..., "base":...|null} of standard input as --jsonl would)")
      ->excludes("urls")
      ->excludes("--base");
  command->footer(
      "domain is the registrable domain (example.co.uk), canonical what a crawl stores. Exit: 0, or 1 if an "
      "argument is no URL.");
  command->callback([flags, &exit_code] {
    if (const auto done = run(*flags, exit_code); !done) exit_code = report_error("url", done.error());
  });
}

}  // namespace gossamer
