#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gossamer {

// The header fields of one message, in the order they came, duplicates kept. Names compare without ASCII case
// (RFC 9110 section 5.1). All bytes live in one buffer, so a message costs two allocations; every view handed
// out dies with the next non-const call. No limits here: the parsers of untrusted bytes apply them.
class Headers {
 public:
  struct Field {
    std::string_view name;
    std::string_view value;
  };

  class Iterator {
   public:
    using value_type = Field;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    Field operator*() const { return headers_->field(index_); }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++index_;
      return before;
    }
    bool operator==(const Iterator&) const = default;

   private:
    friend class Headers;
    Iterator(const Headers* headers, std::size_t index) : headers_(headers), index_(index) {}
    const Headers* headers_ = nullptr;
    std::size_t index_ = 0;
  };

  Headers() = default;
  Headers(std::initializer_list<Field> fields);

  void add(std::string_view name, std::string_view value);
  // Replaces every field of that name by one.
  void set(std::string_view name, std::string_view value);
  void remove(std::string_view name);
  void clear();
  // Appends to the value of the field added last (a folded line, RFC 9112 section 5.2). Needs size() > 0.
  void extend_last(std::string_view more);
  void reserve(std::size_t fields, std::size_t bytes);

  // The first field of that name.
  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
  [[nodiscard]] std::vector<std::string_view> get_all(std::string_view name) const;
  // The members of a comma-separated list spread over all fields of that name, trimmed, empty ones dropped
  // (RFC 9110 section 5.6.1). Commas in quoted strings are not understood: for token lists only.
  [[nodiscard]] std::vector<std::string_view> list(std::string_view name) const;
  [[nodiscard]] bool contains(std::string_view name) const { return get(name).has_value(); }
  // Whether list(name) has this token, without ASCII case.
  [[nodiscard]] bool has_token(std::string_view name, std::string_view token) const;

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] Iterator begin() const { return {this, 0}; }
  [[nodiscard]] Iterator end() const { return {this, entries_.size()}; }

 private:
  struct Entry {
    std::uint32_t offset = 0;  // of the name in buffer_; the value follows it
    std::uint32_t name_size = 0;
    std::uint32_t value_size = 0;
  };
  [[nodiscard]] Field field(std::size_t index) const;

  std::string buffer_;
  std::vector<Entry> entries_;
};

// Without spaces and tabs at both ends (OWS, RFC 9110 section 5.6.3).
[[nodiscard]] std::string_view trim_spaces(std::string_view text);
// A field name or method: one or more tchar (RFC 9110 section 5.6.2).
[[nodiscard]] bool is_token(std::string_view text);
// Whether `value` may stand in a field line we send: no control character but tab, so no line break.
[[nodiscard]] bool is_field_value(std::string_view value);

}  // namespace gossamer
