#include "crawler/cli/units.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <optional>
#include <utility>

namespace gossamer {

namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array<Unit, 5> kDurations{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::array<Unit, 5> kSizes{
    {{"T", 1ULL << 40}, {"G", 1ULL << 30}, {"M", 1ULL << 20}, {"K", 1ULL << 10}, {"", 1}}};

struct Quantity {
  double number;
  std::string_view unit;
};

// A non-negative decimal number without exponent, then letters.
std::optional<Quantity> split(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  const char* const unit = text.begin() + digits;
  double number = 0;
  const auto [end, error] = std::from_chars(text.begin(), unit, number, std::chars_format::fixed);
  if (error != std::errc() || end != unit) return std::nullopt;
  return Quantity{.number = number, .unit = text.substr(digits)};
}

template <std::size_t N>
const Unit* find_unit(const std::array<Unit, N>& units, std::string_view name) {
  const auto found = std::ranges::find(units, name, &Unit::name);
  return found == units.end() ? nullptr : &*found;
}

// Exact for what people write: below 2^53 units, and whole numbers of them.
std::optional<std::uint64_t> multiply(double number, std::uint64_t factor) {
  const double product = std::round(number * static_cast<double>(factor));
  if (!(product < 9.0e15)) return std::nullopt;
  return static_cast<std::uint64_t>(product);
}

template <std::size_t N>
std::string exact(const std::array<Unit, N>& units, std::uint64_t value, std::string_view zero) {
  if (value == 0) return std::string(zero);
  const auto unit = std::ranges::find_if(units, [&](const Unit& u) { return value % u.factor == 0; });
  return fmt::format("{}{}", value / unit->factor, unit->name);
}

}  // namespace

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  if (const auto quantity = split(text)) {
    if (quantity->unit.empty() && quantity->number == 0) return std::chrono::milliseconds{0};
    const Unit* const unit = find_unit(kDurations, quantity->unit);
    const auto value = unit ? multiply(quantity->number, unit->factor) : std::nullopt;
    if (value) return std::chrono::milliseconds{*value};
  }
  return fail(ErrorClass::invalid_input,
              fmt::format("'{}' is not a duration; write it like 500ms, 2s or 1.5m", text));
}

Result<std::uint64_t> parse_size(std::string_view text) {
  if (const auto quantity = split(text)) {
    std::string_view name = quantity->unit;
    if (name.ends_with('B')) name.remove_suffix(1);
    if (name.size() == 2 && name.ends_with('i')) name.remove_suffix(1);
    const Unit* const unit = find_unit(kSizes, name == "k" ? "K" : name);
    const auto value = unit ? multiply(quantity->number, unit->factor) : std::nullopt;
    if (value) return *value;
  }
  return fail(ErrorClass::invalid_input,
              fmt::format("'{}' is not a size; write it like 4096, 32M or 1G", text));
}

Result<double> parse_rate(std::string_view text) {
  if (const auto quantity = split(text)) {
    if (quantity->unit.empty() || quantity->unit == "/s") return quantity->number;
    if (quantity->unit == "/m") return quantity->number / 60;
    if (quantity->unit == "/h") return quantity->number / 3600;
  }
  return fail(ErrorClass::invalid_input,
              fmt::format("'{}' is not a rate; write it like 10/s, 0.5/s or 30/m", text));
}

std::string format_duration(std::chrono::milliseconds duration) {
  return exact(kDurations, static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0)), "0s");
}

std::string format_size(std::uint64_t bytes) { return exact(kSizes, bytes, "0"); }

std::string grouped(std::uint64_t number) {
  std::string digits = fmt::format("{}", number);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

std::string counted(std::uint64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", grouped(number), noun, number == 1 ? "" : "s");
}

std::string human_bytes(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> kUnits{"kB", "MB", "GB", "TB", "PB"};
  if (bytes < 1000) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return fmt::format("{:.{}f} {}", value, decimals, kUnits[unit]);
}

std::string human_duration(std::chrono::milliseconds duration) {
  const auto milliseconds = std::max<std::int64_t>(duration.count(), 0);
  if (milliseconds < 9'950) return fmt::format("{:.1f}s", static_cast<double>(milliseconds) / 1000);
  const auto seconds = (milliseconds + 500) / 1000;
  if (seconds < 60) return fmt::format("{}s", seconds);
  if (seconds < 3600) return fmt::format("{}m{:02}s", seconds / 60, seconds % 60);
  if (seconds < 86'400) return fmt::format("{}h{:02}m", seconds / 3600, seconds % 3600 / 60);
  return fmt::format("{}d{:02}h", seconds / 86'400, seconds % 86'400 / 3600);
}

}  // namespace gossamer
