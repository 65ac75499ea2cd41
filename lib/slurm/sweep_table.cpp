#include "slurm/sweep_table.hpp"

#include <algorithm>
#include <sstream>

#include "base/error.hpp"
#include "base/file.hpp"

namespace shoal::slurm {
namespace {

std::string trimmed(const std::string& text) {
  const auto begin = text.find_first_not_of(" \r");
  return begin == text.npos ? "" : text.substr(begin, text.find_last_not_of(" \r") - begin + 1);
}

std::vector<std::string> entries_of(const std::string& line) {
  std::vector<std::string> entries;
  std::size_t begin = 0;
  for (std::size_t end = 0; end != line.npos; begin = end + 1) {
    end = line.find('\t', begin);
    entries.push_back(trimmed(line.substr(begin, end == line.npos ? end : end - begin)));
  }
  return entries;
}

std::string read_table(const std::filesystem::path& file) {
  try {
    return read_text(file);
  } catch (const Error& error) {
    throw Error(ExitCode::usage, error.what());  // it stands on the command line
  }
}

void check_keys(const std::vector<std::string>& keys, const std::filesystem::path& file) {
  for (auto key = keys.begin(); key != keys.end(); ++key) {
    if (key->empty() || key->find('=') != key->npos) {
      fail(ExitCode::usage, "{}:1: '{}' is no key. The first line names keys as --set does, with tabs between them.",
           file.string(), *key);
    }
    if (std::find(keys.begin(), key, *key) != key) {
      fail(ExitCode::usage, "{}:1: {} is given twice. Remove one of the columns.", file.string(), *key);
    }
  }
}

void add_row(const std::string& line, int number, const std::filesystem::path& file, SweepTable& table) {
  auto entries = entries_of(line);
  if (entries.size() != table.keys.size()) {
    fail(ExitCode::usage, "{}:{}: {} entries, and the header has {}. Put one tab between two entries.", file.string(),
         number, entries.size(), table.keys.size());
  }
  table.rows.push_back(std::move(entries));
}

}  // namespace

std::vector<std::string> SweepTable::overrides(std::size_t row) const {
  std::vector<std::string> list;
  for (std::size_t k = 0; k < keys.size(); ++k) {
    if (!rows[row][k].empty()) list.push_back(keys[k] + "=" + rows[row][k]);
  }
  return list;
}

SweepTable read_sweep_table(const std::filesystem::path& file) {
  std::istringstream lines(read_table(file));
  SweepTable table;
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.find_first_not_of(" \r\t") == line.npos) continue;
    if (table.keys.empty()) {
      table.keys = entries_of(line);
      check_keys(table.keys, file);
    } else {
      add_row(line, number, file, table);
    }
  }
  if (table.rows.empty()) {
    fail(ExitCode::usage, "{} holds no search (a line of keys and one line per search are expected).", file.string());
  }
  return table;
}

std::string to_tsv(const SweepTable& table) {
  std::string text = fmt::format("{}\n", fmt::join(table.keys, "\t"));
  for (const auto& row : table.rows) text += fmt::format("{}\n", fmt::join(row, "\t"));
  return text;
}

}  // namespace shoal::slurm
