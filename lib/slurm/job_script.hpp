#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace shoal::slurm {

/// What stands for @NAME@ in a template.
using Placeholders = std::map<std::string, std::string>;

/// A template with its placeholders replaced. An #SBATCH line whose placeholder is empty is left out, so that options
/// which nobody asked for stay the site's own. Throws Error{input} for a placeholder that has no entry.
std::string render_script(const std::string& text, const Placeholders& values, const std::string& source);

/// A word as bash takes it, whatever characters it holds.
std::string shell_word(std::string_view word);

/// Words for the inside of a bash array, each quoted.
std::string shell_words(const std::vector<std::string>& words);

/// The folder of the templates: beside an installed program, or in the sources of a built one.
/// Throws Error{usage} when neither is there.
std::filesystem::path find_templates(const std::filesystem::path& program);

}  // namespace shoal::slurm
