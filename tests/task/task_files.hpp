#pragma once

#include <string>

#include "base/file.hpp"
#include "support/temp_folder.hpp"
#include "task/task_config.hpp"

namespace shoal::testing {

/// Data files in a folder of their own, and the configurations that point at them.
class TaskFiles {
 public:
  std::filesystem::path write(const std::string& name, const std::string& content) const {
    write_atomically(folder_ / name, content);
    return folder_ / name;
  }

  task::TaskConfig task(task::TaskType type, const std::string& content, const std::string& name = "t") const {
    task::TaskConfig config;
    config.name = name;
    config.type = type;
    config.data = write(name + ".json", content);
    return config;
  }

  task::TaskConfig choices(const std::string& content, const std::string& name = "t") const {
    return task(task::TaskType::multiple_choice, content, name);
  }

  task::TaskConfig open(const std::string& content, const std::string& name = "t") const {
    return task(task::TaskType::exact_match, content, name);
  }

  const std::filesystem::path& path() const { return folder_.path(); }

 private:
  TempFolder folder_;
};

/// {"dev": [dev], "test": [test]}
inline std::string splits(const std::string& dev, const std::string& test) {
  return "{\"dev\": [" + dev + "], \"test\": [" + test + "]}";
}

}  // namespace shoal::testing
