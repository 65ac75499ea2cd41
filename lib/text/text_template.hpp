#pragma once

#include <memory>
#include <string>
#include <vector>

namespace shoal::text {

/// A Jinja template over the fields of a record, as evaluation harnesses describe their data sets. White space stays
/// as Jinja itself leaves it (chat templates trim blocks, these do not), and a newline at the end is kept.
class TextTemplate {
 public:
  /// Throws Error{usage} when it cannot be parsed.
  explicit TextTemplate(const std::string& source);

  /// `record`: a JSON object as text. Throws Error{input} when the template asks for what the record does not allow.
  std::string render(const std::string& record) const;

  /// The fields that the template reads, in order of appearance, each once.
  const std::vector<std::string>& fields() const { return fields_; }

 private:
  struct Program;
  std::shared_ptr<const Program> program_;
  std::vector<std::string> fields_;
};

}  // namespace shoal::text
