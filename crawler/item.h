#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

// Lets an Item hold what a query may not find: {"price", page.css(".price::text").get()} is null then.
template <class T>
struct nlohmann::adl_serializer<std::optional<T>> {
  template <class Json>
  static void to_json(Json& json, const std::optional<T>& value) {
    if (value) {
      json = *value;
    } else {
      json = nullptr;
    }
  }
};

namespace gossamer {

// What a spider extracts from a page: a JSON object, its fields in the order given.
//   Item{{"name", name}, {"price", 12.5}, {"tags", {"a", "b"}}}
struct Item {
  nlohmann::ordered_json fields;

  Item(nlohmann::ordered_json::initializer_list_t pairs) : fields(nlohmann::ordered_json::object(pairs)) {}
  explicit Item(nlohmann::ordered_json object) : fields(std::move(object)) {}

  // One line of UTF-8; bytes that are not UTF-8 become U+FFFD.
  std::string to_json() const {
    return fields.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  }
};

}  // namespace gossamer
