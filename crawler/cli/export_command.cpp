#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "crawler/cli/commands.h"
#include "crawler/cli/report_error.h"
#include "storage/crawl_db.h"
#include "storage/export.h"

namespace gossamer {
namespace {

struct ExportFlags {
  std::string database;
  std::string format = "jsonl";
  std::string table = "pages";
  std::string output;  // "" and "-": stdout
};

struct CloseFile {
  void operator()(std::FILE* file) const {
    if (file != stdout) std::fclose(file);
  }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

Result<File> open_output(const ExportFlags& flags) {
  if (flags.output.empty() || flags.output == "-") return File(stdout);
  std::error_code ignored;
  if (std::filesystem::equivalent(flags.output, flags.database, ignored)) {
    return fail(ErrorClass::invalid_input, flags.output + " is the crawl database itself; name another file");
  }
  File file(std::fopen(flags.output.c_str(), "wb"));
  if (!file) return fail(ErrorClass::invalid_input, errno_message("cannot write " + flags.output, errno));
  return file;
}

Result<void> export_rows(const ExportFlags& flags) {
  auto db = CrawlDb::open_read_only(flags.database);
  if (!db) return std::unexpected(std::move(db.error()));
  auto file = open_output(flags);
  if (!file) return std::unexpected(std::move(file.error()));
  const std::string name = file->get() == stdout ? "standard output" : flags.output;
  const auto cannot_write = [&name] {
    return fail(ErrorClass::io, errno_message("cannot write " + name, errno));
  };
  auto ok = export_table(*db, *parse_export_table(flags.table), *parse_export_format(flags.format),
                         [&](std::string_view rows) -> Result<void> {
                           if (std::fwrite(rows.data(), 1, rows.size(), file->get()) == rows.size())
                             return {};
                           return cannot_write();
                         });
  if (ok && std::fflush(file->get()) != 0) return cannot_write();
  return ok;
}

}  // namespace

void add_export_command(CLI::App& app, int& exit_code) {
  auto flags = std::make_shared<ExportFlags>();
  CLI::App* command =
      app.add_subcommand("export", "Write the pages, items or URLs of a crawl as JSON Lines or CSV");
  command->add_option("database", flags->database, "The crawl database; a crawl may be at work on it")
      ->type_name("CRAWL.DB")
      ->required();
  command->add_option("--format", flags->format, "jsonl or csv")
      ->check(CLI::IsMember({"jsonl", "csv"}))
      ->capture_default_str();
  command->add_option("--table", flags->table, "pages, items or urls")
      ->check(CLI::IsMember({"pages", "items", "urls"}))
      ->capture_default_str();
  command->add_option("-o,--output", flags->output, "File to write, replaced if it is there; default: stdout")
      ->type_name("FILE");
  command->callback([flags, &exit_code] {
    auto ok = export_rows(*flags);
    exit_code = ok ? kExitDone : report_error("export", ok.error());
  });
}

}  // namespace gossamer
