#include "results/history/line_log.hpp"

#include "base/error.hpp"
#include "base/file.hpp"

namespace shoal::results {

void LineLog::append(const std::string& line) const { shoal::append(path_, line + "\n"); }

void LineLog::sync() const { sync_file(path_); }

void LineLog::truncate(std::size_t lines) const {
  if (!std::filesystem::exists(path_)) {
    if (lines == 0) return;
    fail(ExitCode::resource, "{} is missing although there is a checkpoint. Start anew with --resume never.",
         path_.string());
  }
  const std::string text = read_text(path_);
  std::size_t end = 0;
  for (std::size_t line = 0; line < lines; ++line) {
    const std::size_t newline = text.find('\n', end);
    if (newline == std::string::npos) {
      fail(ExitCode::resource, "{} has {} lines where the checkpoint needs {}. Start anew with --resume never.",
           path_.string(), line, lines);
    }
    end = newline + 1;
  }
  if (end < text.size()) write_atomically(path_, text.substr(0, end));
}

}  // namespace shoal::results
