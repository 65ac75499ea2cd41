#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace shoal::slurm {

/// A sweep: a header of configuration keys, and one row of values per search. An empty entry leaves its key alone.
struct SweepTable {
  std::vector<std::string> keys;
  std::vector<std::vector<std::string>> rows;

  /// KEY=VALUE for the entries of a row.
  std::vector<std::string> overrides(std::size_t row) const;
};

/// A file with tabs between the entries; blank lines do not count. Throws Error{usage} with file and line when it is
/// missing, empty, or its lines do not fit the header.
SweepTable read_sweep_table(const std::filesystem::path& file);

/// The table as a job script reads it.
std::string to_tsv(const SweepTable& table);

}  // namespace shoal::slurm
