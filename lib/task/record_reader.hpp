#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "task/record_form.hpp"
#include "text/text_template.hpp"

namespace shoal::task {

/// Turns records into items {"question", "choices", "answer"} by a form; whatever else they hold is left behind.
class RecordReader {
 public:
  /// Throws Error{usage} for templates that cannot be parsed.
  explicit RecordReader(const RecordForm& form);

  /// Throws Error{input} naming `place` for a record that lacks what the templates read, and for an answer that is no
  /// option.
  nlohmann::ordered_json item_of(const nlohmann::ordered_json& record, const std::string& place) const;

 private:
  nlohmann::ordered_json choices_of(const nlohmann::ordered_json& record, const std::string& place) const;
  nlohmann::ordered_json answer_of(const nlohmann::ordered_json& record, const nlohmann::ordered_json& choices,
                                   const std::string& place) const;

  RecordForm form_;
  std::optional<text::TextTemplate> question_;
  std::optional<text::TextTemplate> choices_;
  std::optional<text::TextTemplate> answer_;
  std::optional<text::TextTemplate> answer_list_;  ///< of {{list.index(item)}}: the list; answer_ is then the item
};

}  // namespace shoal::task
