#pragma once

#include <spdlog/logger.h>

#include <filesystem>
#include <memory>

namespace shoal {

/// How much a process says: only rank 0 speaks, the other ranks stay silent unless something is wrong.
enum class Verbosity { speaking, silent };

/// A logger to standard error and, when `file` is not empty, appended to that file with time stamps.
/// Colours are off when NO_COLOR is set or standard error is not a terminal.
std::shared_ptr<spdlog::logger> make_logger(Verbosity voice, const std::filesystem::path& file = {});

}  // namespace shoal
