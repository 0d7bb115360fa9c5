#pragma once

#include <CLI/CLI.hpp>

namespace gossamer {

// Exit codes of every command; scripts depend on them.
inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitInterrupted = 130;

// Each adds one subcommand to `app`. Its callback, run by CLI11 after parsing, does the work and sets
// `exit_code`. Errors go to stderr as one line "gossamer COMMAND: what, where, what would be right".
void add_audit_command(CLI::App& app, int& exit_code);
void add_crawl_command(CLI::App& app, int& exit_code);
void add_ctl_command(CLI::App& app, int& exit_code);
void add_export_command(CLI::App& app, int& exit_code);
void add_fetch_command(CLI::App& app, int& exit_code);
void add_links_command(CLI::App& app, int& exit_code);
void add_parse_command(CLI::App& app, int& exit_code);
void add_serve_command(CLI::App& app, int& exit_code);
void add_robots_command(CLI::App& app, int& exit_code);
void add_sitemap_command(CLI::App& app, int& exit_code);
void add_stats_command(CLI::App& app, int& exit_code);
void add_url_command(CLI::App& app, int& exit_code);
void add_why_command(CLI::App& app, int& exit_code);

}  // namespace gossamer
