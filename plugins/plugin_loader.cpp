#include "plugins/plugin_loader.h"

#include <algorithm>
#include <dlfcn.h>
#include <filesystem>
#include <fmt/format.h>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "plugins/charset.h"
#include "plugins/feed/feed_parser.h"
#include "plugins/html/ascii.h"
#include "plugins/html/html_parser.h"
#include "plugins/plugin_api.h"
#include "plugins/plugin_sink.h"

namespace gossamer {
namespace {

struct CloseLibrary {
  void operator()(void* library) const { dlclose(library); }
};
using Library = std::unique_ptr<void, CloseLibrary>;

gossamer_string to_c(std::string_view text) { return {text.data(), text.size()}; }

// Whether the body is text, which a plugin gets as UTF-8. Without a type it is: the page was taken for HTML.
bool is_text(std::string_view content_type) {
  std::string type(media_type_of(content_type));
  std::ranges::transform(type, type.begin(), to_ascii_lower);
  return type.empty() || type.starts_with("text/") || type.ends_with("xml") || type.ends_with("json") ||
         type.ends_with("javascript");
}

// The instances of a plugin that no thread is using. Safe from several threads.
class Instances {
 public:
  explicit Instances(const gossamer_plugin& plugin) : plugin_(plugin) {}
  Instances(const Instances&) = delete;
  Instances& operator=(const Instances&) = delete;
  ~Instances() {
    if (plugin_.destroy == nullptr) return;
    for (void* instance : idle_) plugin_.destroy(instance);
  }

  // An idle instance or a new one. Errors: create() gave none.
  Result<void*> take() {
    if (plugin_.create == nullptr) return nullptr;
    {
      const std::scoped_lock lock(mutex_);
      if (!idle_.empty()) {
        void* const instance = idle_.back();
        idle_.pop_back();
        return instance;
      }
    }
    void* const instance = plugin_.create();
    if (instance == nullptr) return fail(ErrorClass::parse, Phase::parse, "create() gave no instance");
    return instance;
  }

  void give_back(void* instance) {
    if (plugin_.create == nullptr) return;
    const std::scoped_lock lock(mutex_);
    idle_.push_back(instance);
  }

 private:
  const gossamer_plugin& plugin_;
  std::mutex mutex_;
  std::vector<void*> idle_;
};

class PluginParser final : public Parser {
 public:
  PluginParser(Library library, const gossamer_plugin& plugin)
      : library_(std::move(library)), plugin_(plugin), name_(plugin.name), instances_(plugin) {
    for (const char* const* type = plugin.media_types; *type != nullptr; ++type)
      media_types_.emplace_back(*type);
  }

  // Makes the first instance, so that a plugin that cannot work says so at once.
  Result<> start() {
    const auto instance = instances_.take();
    if (!instance) return std::unexpected(instance.error());
    instances_.give_back(*instance);
    return {};
  }

  std::string_view name() const override { return name_; }

  bool claims(std::string_view media_type) const override {
    return std::ranges::find(media_types_, media_type) != media_types_.end();
  }

  Result<ParsedPage> parse(const PageBytes& page) const override {
    DecodedBody decoded;
    if (is_text(page.content_type)) {
      auto text = decode_body(page.body, page.content_type, page.max_text);
      if (!text) return std::unexpected(std::move(text.error()));
      decoded = std::move(*text);
    }
    const gossamer_page c_page{
        .struct_size = sizeof(gossamer_page),
        .url = to_c(page.url),
        .content_type = to_c(page.content_type),
        .body = to_c(page.body),
        .text = to_c(decoded.text),
        .encoding = to_c(decoded.encoding == nullptr ? std::string_view{} : decoded.encoding->name),
    };
    const auto instance = instances_.take();
    if (!instance) return std::unexpected(instance.error());
    PluginSink sink(page);
    gossamer_status status = GOSSAMER_ERROR;
    try {
      status = plugin_.parse(*instance, &c_page, sink.table());
    } catch (...) {  // Its instance may be in any state: it is not used again.
      return fail(ErrorClass::parse, Phase::parse, "let an exception out of parse()");
    }
    instances_.give_back(*instance);
    return sink.finish(status);
  }

 private:
  Library library_;  // first: outlives what points into it
  const gossamer_plugin& plugin_;
  std::string name_;
  std::vector<std::string> media_types_;
  mutable Instances instances_;
};

// dlerror() without the path that it repeats.
std::string loader_message(const std::string& path) {
  const char* const text = dlerror();
  std::string_view message = text == nullptr ? "unknown reason" : text;
  const std::string prefix = path + ": ";
  if (message.starts_with(prefix)) message.remove_prefix(prefix.size());
  return std::string(message);
}

// What is wrong with a description, "" if nothing is.
std::string flaw_of(const gossamer_plugin* plugin) {
  if (plugin == nullptr)
    return fmt::format("refuses to work with plugin ABI {}", GOSSAMER_PLUGIN_ABI_VERSION);
  if (plugin->abi_version != GOSSAMER_PLUGIN_ABI_VERSION) {
    return fmt::format(
        "built for plugin ABI {}, this gossamer has {}; rebuild it with this version's plugin_api.h",
        plugin->abi_version, GOSSAMER_PLUGIN_ABI_VERSION);
  }
  if (plugin->struct_size < sizeof(gossamer_plugin)) {
    return fmt::format("struct_size is {}, at least {} is needed", plugin->struct_size,
                       sizeof(gossamer_plugin));
  }
  if (plugin->name == nullptr || *plugin->name == '\0') return "its description has no name";
  if (plugin->media_types == nullptr || *plugin->media_types == nullptr) return "it claims no media type";
  if (plugin->parse == nullptr) return "its description has no parse function";
  if ((plugin->create == nullptr) != (plugin->destroy == nullptr))
    return "create and destroy: both or neither";
  return "";
}

}  // namespace

Result<std::unique_ptr<Parser>> load_plugin(const std::string& path) {
  auto refuse = [&](std::string_view why) {
    return fail(ErrorClass::invalid_input, fmt::format("plugin {}: {}", path, why));
  };
  std::error_code error;
  const std::filesystem::path file = std::filesystem::absolute(path, error);
  if (error || !std::filesystem::exists(file, error)) return refuse("no such file");
  if (!std::filesystem::is_regular_file(file, error)) return refuse("not a file");

  Library library(dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL));
  if (!library) return refuse(fmt::format("cannot be loaded as a shared object: {}", loader_message(file)));
  const auto entry =
      reinterpret_cast<gossamer_plugin_entry_function>(dlsym(library.get(), "gossamer_plugin_entry"));
  if (entry == nullptr) return refuse("not a gossamer plugin: it exports no gossamer_plugin_entry");
  const gossamer_plugin* const plugin = entry(GOSSAMER_PLUGIN_ABI_VERSION);
  if (const std::string flaw = flaw_of(plugin); !flaw.empty()) return refuse(flaw);

  auto parser = std::make_unique<PluginParser>(std::move(library), *plugin);
  if (auto started = parser->start(); !started) return refuse(started.error().message);
  return parser;
}

Result<ParserRegistry> load_parsers(const std::vector<std::string>& plugins, bool feed_items) {
  ParserRegistry parsers;
  for (const std::string& path : plugins) {
    auto plugin = load_plugin(path);
    if (!plugin) return std::unexpected(std::move(plugin).error());
    parsers.add(*std::move(plugin));
  }
  parsers.add(std::make_unique<HtmlParser>());
  parsers.add(std::make_unique<FeedParser>(feed_items));
  return parsers;
}

}  // namespace gossamer
