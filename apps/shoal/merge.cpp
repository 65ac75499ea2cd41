#include "exporter/merge.hpp"

#include <fmt/format.h>

#include "launch.hpp"
#include "verbs.hpp"

namespace shoal::app {
namespace {

void add_inputs(CLI::App& verb, exporter::MergeRequest& request) {
  verb.add_option("config", request.config, "Configuration that names model and experts");
  verb.add_option("--model", request.model, "Model folder, without a configuration");
  verb.add_option("--adapter,--expert", request.experts, "An expert's folder; may be given several times")
      ->allow_extra_args(false);
  verb.add_option("--merge-space", request.merge_space, "factors or delta")->check(CLI::IsMember({"factors", "delta"}));
}

void add_settings(CLI::App& verb, exporter::MergeRequest& request) {
  verb.add_option("--method", request.method, "How to merge; shoal ls lists the methods")->required();
  verb.add_option("--weights", request.weights, "One weight per expert: 0.7,0.6,0.3")
      ->delimiter(',')
      ->allow_extra_args(false);
  verb.add_option("--density", request.density, "Share of the numbers that ties and dare_ties keep");
  verb.add_option("--seed", request.seed, "Of the random masks of dare_ties");
}

}  // namespace

void add_merge(CLI::App& program, Action& action) {
  auto* verb = program.add_subcommand("merge", "Merge experts by a method without a swarm");
  auto request = std::make_shared<exporter::MergeRequest>();
  auto form = std::make_shared<std::string>("adapter");
  add_settings(*verb, *request);
  add_inputs(*verb, *request);
  verb->add_option("--out", request->out, "Folder to write")->required();
  verb->add_option("--as", *form, "adapter or merged")->check(CLI::IsMember({"adapter", "merged"}));
  verb->add_option("--rank", request->rank, "Rank of the adapter, cut by SVD")->check(CLI::PositiveNumber);
  verb->callback([=, &action] {
    action = [=](const Process&) {
      request->form = *form == "merged" ? exporter::ExportForm::merged : exporter::ExportForm::adapter;
      return in_one_process("merge", [&] {
        fmt::print("{}", exporter::merge(*request));
        return 0;
      });
    };
  });
}

}  // namespace shoal::app
