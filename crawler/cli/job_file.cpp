// The job file behind --config.
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <toml++/toml.h>
#include <utility>
#include <vector>

#include "crawler/cli/crawl_flags.h"

namespace gossamer {
namespace {

// The values of a key of the job file, spelled as on the command line. nullopt: not a value a flag can have.
std::optional<std::string> spelled(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return fmt::format("{}", number->get());
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  return std::nullopt;
}

std::optional<std::vector<std::string>> values_of(const toml::node& node) {
  std::vector<std::string> values;
  const auto add = [&](const toml::node& item) {
    auto value = spelled(item);
    if (value) values.push_back(std::move(*value));
    return value.has_value();
  };
  if (const toml::array* items = node.as_array()) {
    for (const toml::node& item : *items) {
      if (!add(item)) return std::nullopt;
    }
  } else if (!add(node)) {
    return std::nullopt;
  }
  return values;
}

}  // namespace

Result<> CrawlFlags::read_config() {
  toml::table table;
  try {
    table = toml::parse_file(config_);
  } catch (const toml::parse_error& error) {
    const auto line = error.source().begin.line;
    const std::string where = line > 0 ? fmt::format("{}:{}", config_, line) : config_;
    return fail(ErrorClass::invalid_input, fmt::format("{}: {}", where, error.description()));
  }
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    const auto error = [&](std::string_view what) {
      return fail(ErrorClass::invalid_input,
                  fmt::format("{}:{}: {}: {}", config_, node.source().begin.line, name, what));
    };
    CLI::Option* option = app_.get_option_no_throw(name == "seeds" ? name : "--" + name);
    if (!option || name == "config" || name == "help")
      return error("no such option; the keys are the flags without their dashes");
    const bool on_command_line = option->count() > 0;
    if (on_command_line) continue;
    auto values = values_of(node);
    if (!values) return error("must be a string, a number, true or false, or a list of them");
    try {
      for (std::string& value : *values) option->add_result(std::move(value));
      if (values->empty()) {
        defaults_.push_back(name);
      } else {
        option->run_callback();
      }
    } catch (const CLI::ParseError& failure) {
      return error(failure.what());
    }
  }
  return {};
}

}  // namespace gossamer
