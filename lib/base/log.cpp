#include "base/log.hpp"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>

#include <cstdlib>
#include <vector>

#include "base/error.hpp"

namespace shoal {

std::shared_ptr<spdlog::logger> make_logger(Verbosity voice, const std::filesystem::path& file) {
  std::vector<spdlog::sink_ptr> sinks;
  if (voice == Verbosity::silent) {
    sinks.push_back(std::make_shared<spdlog::sinks::null_sink_mt>());
  } else {
    const auto colours = std::getenv("NO_COLOR") != nullptr ? spdlog::color_mode::never : spdlog::color_mode::automatic;
    sinks.push_back(std::make_shared<spdlog::sinks::stderr_color_sink_mt>(colours));
    sinks.back()->set_pattern("%H:%M:%S %^%l%$ %v");
  }
  if (!file.empty()) {
    try {
      sinks.push_back(std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.string()));
    } catch (const spdlog::spdlog_ex& error) {
      fail(ExitCode::resource, "cannot write {} ({}). Choose another run folder.", file.string(), error.what());
    }
    sinks.back()->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
  }
  auto logger = std::make_shared<spdlog::logger>("shoal", sinks.begin(), sinks.end());
  logger->flush_on(spdlog::level::info);
  // A log that cannot be written is no reason to stop; a full disk is told by whoever has something to keep.
  logger->set_error_handler([](const std::string&) {});
  return logger;
}

}  // namespace shoal
