#include "slurm/job_script.hpp"

#include <sstream>

#include "base/error.hpp"

namespace shoal::slurm {
namespace {

namespace fs = std::filesystem;

bool is_name(std::string_view text) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_";
  return !text.empty() && text.find_first_not_of(letters) == text.npos;
}

const std::string& value_of(const std::string& name, const Placeholders& values, const std::string& source) {
  const auto found = values.find(name);
  if (found != values.end()) return found->second;
  fail(ExitCode::input, "{} has the unknown placeholder @{}@. Use the templates of this version.", source, name);
}

/// One line with its placeholders replaced; `empty` tells whether one of them had nothing to say.
std::string render_line(const std::string& line, const Placeholders& values, const std::string& source, bool& empty) {
  std::string text;
  std::size_t done = 0;
  for (std::size_t at = line.find('@'); at != line.npos; at = line.find('@', at + 1)) {
    const std::size_t end = line.find('@', at + 1);
    if (end == line.npos) break;
    const std::string name = line.substr(at + 1, end - at - 1);
    if (!is_name(name)) continue;
    const std::string& value = value_of(name, values, source);
    empty |= value.empty();
    text += line.substr(done, at - done) + value;
    done = end + 1;
    at = end;
  }
  return text + line.substr(done);
}

}  // namespace

std::string render_script(const std::string& text, const Placeholders& values, const std::string& source) {
  std::istringstream lines(text);
  std::string script;
  for (std::string line; std::getline(lines, line);) {
    bool empty = false;
    const std::string rendered = render_line(line, values, source, empty);
    if (!empty || !line.starts_with("#SBATCH")) script += rendered + "\n";
  }
  return script;
}

std::string shell_word(std::string_view word) {
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./=:,+%";
  if (!word.empty() && word.find_first_not_of(plain) == word.npos) return std::string(word);
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

std::string shell_words(const std::vector<std::string>& words) {
  std::vector<std::string> list;
  for (const std::string& word : words) list.push_back(shell_word(word));
  return fmt::format("{}", fmt::join(list, " "));
}

fs::path find_templates(const fs::path& program) {
  const fs::path bin = program.parent_path();
  // build/<preset>/bin/shoal in the sources; bin/shoal of a prefix.
  for (const fs::path& folder : {bin / "../share/shoal/slurm", bin / "../../../slurm"}) {
    std::error_code error;
    if (fs::exists(folder / "functions.sh", error)) return folder.lexically_normal();
  }
  fail(ExitCode::usage, "the job templates are not near {} (it was moved away from them). Give --templates DIR.",
       program.string());
}

}  // namespace shoal::slurm
