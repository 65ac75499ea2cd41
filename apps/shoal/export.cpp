#include "exporter/export.hpp"

#include <fmt/format.h>

#include "launch.hpp"
#include "verbs.hpp"

namespace shoal::app {

void add_export(CLI::App& program, Action& action) {
  auto* verb = program.add_subcommand("export", "Write a particle of a run as a PEFT adapter or as a merged model");
  auto options = std::make_shared<exporter::ExportOptions>();
  auto form = std::make_shared<std::string>("adapter");
  verb->add_option("run", options->run_dir, "Run folder")->required();
  verb->add_option("--out", options->out, "Folder to write")->required();
  verb->add_option("--particle", options->particle, "best, or a particle's number (its personal best)");
  verb->add_option("--as", *form, "adapter or merged")->check(CLI::IsMember({"adapter", "merged"}));
  verb->add_option("--rank", options->rank, "Truncate to this rank by SVD (adapters in delta space)")
      ->check(CLI::PositiveNumber);
  verb->callback([=, &action] {
    action = [=](const Process&) {
      options->form = *form == "merged" ? exporter::ExportForm::merged : exporter::ExportForm::adapter;
      options->warn = complain;
      return in_one_process("export", [&] {
        fmt::print("{}", exporter::export_particle(*options));
        return 0;
      });
    };
  });
}

}  // namespace shoal::app
