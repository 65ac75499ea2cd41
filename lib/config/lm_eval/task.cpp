#include "config/lm_eval/task.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.hpp"
#include "base/file.hpp"
#include "config/lm_eval/data.hpp"
#include "config/lm_eval/scoring.hpp"
#include "config/yaml/yaml_reader.hpp"

namespace shoal::config {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// A name of a column, where a template is also allowed.
bool is_column(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

std::string as_template(const std::string& text) { return is_column(text) ? "{{" + text + "}}" : text; }

/// The keys of a file over those of the files that it includes.
void overlay(const YAML::Node& over, YAML::Node& under) {
  for (const auto& entry : over) under[entry.first.Scalar()] = entry.second;
}

YAML::Node load(const fs::path& file, int depth = 0) {
  constexpr int deepest = 8;
  if (depth > deepest)
    fail(ExitCode::usage, "{} includes files more than {} deep. Is it a circle?", file.string(), deepest);
  const YAML::Node own = parse_yaml(read_text(file), file.string());
  if (!own.IsMap()) fail(ExitCode::usage, "{} is not a mapping (a task of lm-eval is expected).", file.string());
  YAML::Node whole(YAML::NodeType::Map);
  const YAML::Node& constant = own;
  if (const YAML::Node included = constant["include"]; included.IsDefined() && included.IsScalar()) {
    whole = load(file.parent_path() / included.Scalar(), depth + 1);
  }
  overlay(own, whole);
  whole.remove("include");
  return whole;
}

/// One task file on its way into our words.
class Translation {
 public:
  explicit Translation(const fs::path& file) : file_(file), task_(load(file)) {}

  LmEvalTask run() {
    entry_["name"] = text("task").value_or(file_.stem().string());
    entry_["type"] = our_type(text("output_type").value_or("generate_until"));
    read_data();
    read_fields();
    entry_["prompt"] = "{question}";
    read_scoring();
    tell_about_the_rest();
    return {entry_.dump(), notes_};
  }

 private:
  YAML::Node find(const std::string& key) {
    seen_.insert(key);
    const YAML::Node& constant = task_;
    return constant[key];
  }
  bool has(const std::string& key) {
    const YAML::Node value = find(key);
    return value.IsDefined() && !value.IsNull();
  }

  std::optional<std::string> text(const std::string& key) {
    if (!has(key)) return std::nullopt;
    const YAML::Node value = find(key);
    if (value.Tag() == "!function") {
      fail(ExitCode::usage, "{}: {} is the Python function {} (nothing here can run it). Write it as a template.",
           file_.string(), key, value.Scalar());
    }
    if (!value.IsScalar()) fail(ExitCode::usage, "{}: {} is not a text. Write one.", file_.string(), key);
    return value.Scalar();
  }

  void note(const std::string& sentence) { notes_.push_back(sentence); }

  std::string our_type(const std::string& type) {
    if (type == "generate_until") return "exact_match";
    if (type == "multiple_choice" || (type == "loglikelihood" && has("doc_to_choice"))) return "option_likelihood";
    if (type == "loglikelihood") return "perplexity";
    fail(ExitCode::usage,
         "{}: output_type {} is not supported (known: multiple_choice, loglikelihood, "
         "generate_until). Score another one.",
         file_.string(), type);
  }

  void read_data() {
    for (const char* key :
         {"dataset_path", "dataset_name", "dataset_kwargs", "training_split", "validation_split", "test_split"}) {
      seen_.insert(key);
    }
    const LmEvalData data = lm_eval_data(task_, file_, entry_["name"].get<std::string>());
    notes_.insert(notes_.end(), data.notes.begin(), data.notes.end());
    entry_["data"] = Json::object();
    if (!data.dev.empty()) entry_["data"]["dev"] = data.dev.string();
    if (!data.test.empty()) entry_["data"]["test"] = data.test.string();
  }

  void read_fields() {
    const auto question = text("doc_to_text");
    if (!question) fail(ExitCode::usage, "{} has no doc_to_text (what the model is asked). Add it.", file_.string());
    Json fields{{"question", text("description").value_or("") + as_template(*question) + answer_begin()}};
    const bool options = entry_["type"] == "option_likelihood";
    if (options) fields["choices"] = choices();
    const auto target = text("doc_to_target");
    if (!target) fail(ExitCode::usage, "{} has no doc_to_target (the right answer). Add it.", file_.string());
    fields["answer"] = is_number(*target) ? *target : as_template(*target);
    entry_["fields"] = fields;
  }

  static bool is_number(const std::string& value) { return value.find_first_not_of("0123456789") == value.npos; }

  /// What the answer is made to begin with stands at the end of the prompt.
  std::string answer_begin() {
    const std::string delimiter = text("target_delimiter").value_or(" ");
    if (delimiter != " ") note("target_delimiter is \"" + delimiter + "\": Shoal puts one space before an answer.");
    const auto prefix = text("gen_prefix");
    return prefix && !prefix->empty() ? delimiter + *prefix : "";
  }

  Json choices() {
    const YAML::Node value = find("doc_to_choice");
    if (!value.IsDefined()) fail(ExitCode::usage, "{} has no doc_to_choice (the options). Add it.", file_.string());
    if (value.IsScalar()) return as_template(*text("doc_to_choice"));
    Json list = Json::array();
    for (const auto& option : value) list.push_back((value.IsMap() ? option.second : option).Scalar());
    return list;
  }

  void read_scoring() {
    for (const char* key : {"generation_kwargs", "metric_list", "filter_list", "num_fewshot", "fewshot_split",
                            "fewshot_config", "fewshot_delimiter", "output_type"}) {
      seen_.insert(key);
    }
    const bool generates = entry_["type"] == "exact_match";
    const LmEvalScoring scoring = lm_eval_scoring(task_, generates);
    if (generates) entry_["max_new_tokens"] = scoring.max_new_tokens;
    if (scoring.by_length && entry_["type"] == "option_likelihood") entry_["normalise"] = "length";
    notes_.insert(notes_.end(), scoring.notes.begin(), scoring.notes.end());
  }

  /// Every key has had its say, is without effect here, or is named.
  void tell_about_the_rest() {
    static const std::set<std::string> harmless{
        "metadata", "tag", "group", "task_alias", "should_decontaminate", "doc_to_decontamination_query"};
    if (const auto repeats = text("repeats"); repeats && *repeats != "1") note("repeats is not carried over.");
    for (const auto& key : task_) {
      const std::string name = key.first.Scalar();
      if (seen_.contains(name) || harmless.contains(name) || key.second.IsNull()) continue;
      const bool function = key.second.Tag() == "!function";
      note(name + (function ? " is a Python function and is not run: change the data files by it first."
                            : " is not carried over."));
    }
  }

  fs::path file_;
  YAML::Node task_;
  std::set<std::string> seen_;
  Json entry_ = Json::object();
  std::vector<std::string> notes_;
};

}  // namespace

LmEvalTask read_lm_eval_task(const fs::path& file) {
  try {
    return Translation(file).run();
  } catch (const YAML::Exception& error) {
    fail(ExitCode::usage, "{}:{}: not a task of lm-eval ({}).", file.string(), error.mark.line + 1, error.msg);
  }
}

}  // namespace shoal::config
