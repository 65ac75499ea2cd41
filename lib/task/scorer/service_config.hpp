#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace shoal::task {

/// Who scores the answers of a task of type judge, toxicity, http or command.
struct ServiceConfig {
  std::string url;           ///< of the endpoint; empty for commands
  std::string url_variable;  ///< environment variable with the url, for servers whose node is not known beforehand
  std::string key_variable;  ///< environment variable with the secret; empty: none is sent
  std::string model;         ///< judge: its name
  std::string question;      ///< judge: what it is asked, with {prompt} and {output}; empty: the default
  std::string attribute = "TOXICITY";
  std::vector<std::string> command;           ///< program and arguments, without a shell
  std::size_t concurrency = 8;                ///< requests under way at once, per worker thread
  double timeout = 60.0;                      ///< seconds, of one attempt or one call of the command
  double give_up_after = 600.0;               ///< seconds of failures in a row
  std::size_t memory = std::size_t{4} << 30;  ///< bytes a command may use
  std::filesystem::path cache;                ///< folder; empty: replies are not kept
};

}  // namespace shoal::task
