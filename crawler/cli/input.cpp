#include "crawler/cli/input.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>

namespace gossamer {

namespace {

struct CloseFile {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};

bool is_xhtml(std::string_view path) { return path.ends_with(".xhtml") || path.ends_with(".xht"); }

}  // namespace

Result<Input> read_input(std::string_view argument) {
  const bool is_stdin = argument == "-";
  const std::string path(argument);
  const std::string name = is_stdin ? "standard input" : path;
  const auto cannot_read = [&name] {
    return fail(ErrorClass::invalid_input, errno_message("cannot read " + name, errno));
  };
  const std::unique_ptr<std::FILE, CloseFile> file(is_stdin ? stdin : std::fopen(path.c_str(), "rb"));
  if (file == nullptr) return cannot_read();

  Input input;
  if (!is_stdin && is_xhtml(argument)) input.content_type = "application/xhtml+xml";
  std::array<char, 65536> block;
  while (const std::size_t size = std::fread(block.data(), 1, block.size(), file.get()))
    input.body.append(block.data(), size);
  if (std::ferror(file.get()) != 0) return cannot_read();
  return input;
}

}  // namespace gossamer
