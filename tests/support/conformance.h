#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gossamer {

// The JSON file of this path in the folder of public conformance data; nullopt where there is none, and the
// test that wants it is to skip.
std::optional<nlohmann::json> conformance_data(std::string_view path);

// A public conformance set, run whole by one test, which checks every case and then calls finish(). A case
// that fails is an exception if it is listed with its reason, and else a failure of the test; so is a listed
// one that passes. docs/conformance.md must say what was counted.
class ConformanceSet {
 public:
  struct Exception {
    std::string id;
    std::string reason;
  };
  // `name`: of the set, the first column of the table in docs/conformance.md.
  explicit ConformanceSet(std::string name, std::vector<Exception> exceptions = {});
  ConformanceSet(const ConformanceSet&) = delete;
  ConformanceSet& operator=(const ConformanceSet&) = delete;
  ~ConformanceSet();

  // `difference`: "" for a case that passes, else what is not as it should be.
  void check(const std::string& id, const std::string& difference);

  // Prints the counts. `cases`: how many the set has.
  void finish(std::size_t cases);

 private:
  void compare_with_table() const;

  const std::string name_;
  const std::vector<Exception> exceptions_;
  std::size_t passed_ = 0;
  std::size_t failed_ = 0;
  std::size_t excepted_ = 0;
  bool finished_ = false;
};

}  // namespace gossamer
