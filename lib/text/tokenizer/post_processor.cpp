#include "text/tokenizer/post_processor.hpp"

namespace shoal::text {

namespace {

std::vector<std::int32_t> special_ids(const JsonFile& step, const std::string& name) {
  const JsonFile special_tokens = step.child("special_tokens");
  const auto& all = special_tokens.root();
  if (!all.contains(name) || !all[name].is_object() || !all[name].contains("ids") || !all[name]["ids"].is_array()) {
    step.reject("special_tokens", "it lacks the ids of \"" + name + "\"");
  }
  std::vector<std::int32_t> ids;
  for (const auto& id : all[name]["ids"]) {
    if (!id.is_number_unsigned() || id > 0x7fffffff) step.reject("special_tokens", "an id is not a token id");
    ids.push_back(id.get<std::int32_t>());
  }
  return ids;
}

// "single" lists what surrounds the text: [{"SpecialToken": {"id": "<s>"}}, {"Sequence": {"id": "A"}}, …].
void read_template(const JsonFile& step, PostProcessor& result) {
  std::vector<std::int32_t>* side = &result.before;
  for (const JsonFile& entry : step.children("single")) {
    if (entry.has("Sequence")) {
      side = &result.after;
    } else {
      const auto ids = special_ids(step, entry.child("SpecialToken").text_or("id", ""));
      side->insert(side->end(), ids.begin(), ids.end());
    }
  }
}

void read_step(const JsonFile& step, PostProcessor& result) {
  const auto type = step.text_or("type", "");
  if (type == "Sequence") {
    for (const JsonFile& each : step.children("processors")) read_step(each, result);
  } else if (type == "TemplateProcessing") {
    read_template(step, result);
  } else if (type != "ByteLevel") {  // ByteLevel only trims offsets
    step.reject("type", "supported: ByteLevel, TemplateProcessing, Sequence; not \"" + type + "\"");
  }
}

}  // namespace

PostProcessor PostProcessor::load(const JsonFile& file) {
  PostProcessor result;
  if (file.has("post_processor")) read_step(file.child("post_processor"), result);
  return result;
}

}  // namespace shoal::text
