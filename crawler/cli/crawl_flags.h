#pragma once

#include <memory>
#include <string>
#include <vector>

#include "crawler/job_options.h"
#include "net/base/error.h"

namespace CLI {
class App;
}

namespace gossamer {

// The flags of a crawl, bound to a JobOptions, and the job file behind --config. Used by the crawl command
// and by programs with a spider of their own. Lives at least as long as `app` is parsed.
class CrawlFlags {
 public:
  // Adds the flags to `app`, whose parse() then checks their values; it throws CLI::ParseError for a bad one.
  explicit CrawlFlags(CLI::App& app);
  CrawlFlags(const CrawlFlags&) = delete;
  CrawlFlags& operator=(const CrawlFlags&) = delete;

  struct Parsed {
    JobOptions options;
    std::vector<std::string>
        given;  // names, without dashes, of the flags on the command line or in the job file
  };

  // After app.parse(): reads the job file, if one was named, for the flags the command line does not have,
  // and validates the whole. A job file is TOML, its keys the flags' names without dashes ("max-pages = 100",
  // "include = ['/docs/']"), and "seeds"; an empty list gives a flag its default, at a resume too. Errors:
  // invalid_input; for a job file with file:line.
  Result<Parsed> finish();

 private:
  Result<> read_config();
  Result<> read_unset();
  Result<> read_pattern_files();

  CLI::App& app_;
  JobOptions options_;
  std::string config_;
  std::vector<std::string> defaults_;  // those of --unset, and with an empty list in the job file
  std::vector<std::string> unset_;
  std::vector<std::string> include_from_;  // files
  std::vector<std::string> exclude_from_;
  std::string refresh_;  // AGE as written, "" without the flag
};

}  // namespace gossamer
