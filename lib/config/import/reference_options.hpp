#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace shoal::config {

/// The options of the published search.py as they were written: long names without dashes, values as text.
struct ReferenceOptions {
  std::vector<std::pair<std::string, std::string>> values;
  std::vector<std::string> notes;  ///< words that are no options, one sentence each

  /// The value of an option, or `usual` when it was not given.
  std::string get(const std::string& name, const std::string& usual) const;
};

/// Reads a command line (the first one with search.py in a shell script, else the whole text), the JSON object of the
/// options, or the args.txt that the published code leaves (Namespace(…)). Throws Error{usage}.
ReferenceOptions reference_options(const std::string& text, const std::filesystem::path& file);

}  // namespace shoal::config
