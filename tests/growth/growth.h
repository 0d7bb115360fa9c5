#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace gossamer {

// An input that is `unit` over and over between `before` and `after`.
struct WorstInput {
  std::string before;
  std::string unit;
  std::string after;

  std::string make(std::size_t units) const;
  std::string name() const;
};

// Fails the test if `work` costs more than about n log n for an input of n units: its CPU time, the least of
// several runs, is taken at n, 2n, 4n and 8n, and the last may be 24 times the first. (A quadratic one is 64
// times. Constant factors, caches and noise stay below the bound.)
void expect_near_linear(const std::string& name, std::size_t units,
                        const std::function<std::string(std::size_t)>& make,
                        const std::function<void(const std::string&)>& work);

// The same for each of these inputs.
void expect_near_linear(const std::vector<WorstInput>& inputs, std::size_t units,
                        const std::function<void(const std::string&)>& work);

}  // namespace gossamer
