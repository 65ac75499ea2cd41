#include "text/chat_template.hpp"

#include <catch2/catch.hpp>
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "support/error_of.hpp"
#include "support/source_folder.hpp"
#include "support/temp_folder.hpp"

namespace chat_template_test {

using Catch::Matchers::Contains;
using namespace shoal;
using namespace shoal::testing;
using nlohmann::json;
using text::ChatTemplate;

namespace {

ChatTemplate load(const json& tokenizer_config) {
  const TempFolder folder;
  write_atomically(folder / "tokenizer_config.json", tokenizer_config.dump());
  return ChatTemplate::load(folder.path());
}

json golden() { return json::parse(read_text(data_folder() / "golden/chat_templates.json")); }

}  // namespace

TEST_CASE("Prompts are those that transformers renders") {
  const json cases = golden();
  REQUIRE(cases.size() >= 25);
  for (const json& each : cases) {
    INFO(each["name"] << ": " << each["message"]);
    const auto chat =
        load({{"chat_template", each["template"]}, {"bos_token", "<s>"}, {"eos_token", {{"content", "</s>"}}}});
    CHECK(chat.render(each["message"]) == each["rendered"].get<std::string>());
  }
}

TEST_CASE("A template may be a file of its own, or the default among several") {
  const TempFolder folder;
  write_atomically(folder / "chat_template.jinja", "<{{ messages[0].content }}>");
  CHECK(ChatTemplate::load(folder.path()).render("a") == "<a>");
  const json several{{{"name", "tool_use"}, {"template", "no"}}, {{"name", "default"}, {"template", "yes"}}};
  CHECK(load({{"chat_template", several}}).render("a") == "yes");
}

TEST_CASE("Today is always the same day") {
  CHECK(load({{"chat_template", "{{ strftime_now('%d %b %Y') }}"}}).render("a") == "26 Jul 2024");
}

TEST_CASE("The same template serves several messages") {
  const auto chat = load({{"chat_template",
                           "{% set ns = namespace(n=0) %}{% for m in messages %}{% set ns.n = ns.n + 1 %}{% endfor "
                           "%}{{ ns.n }}{{ messages[0].content }}"}});
  CHECK(chat.render("a") == "1a");
  CHECK(chat.render("b") == "1b");
}

TEST_CASE("What cannot be rendered is an input error with the folder") {
  CHECK_THAT(error_of([] { load(json::object()); }), Contains("3: ") && Contains("no chat template"));
  CHECK_THAT(error_of([] {
               load({{"chat_template", "{% for x in %}"}});
             }),
             Contains("3: ") && Contains("cannot be read"));
  CHECK_THAT(error_of([] {
               load({{"chat_template", "{{ raise_exception('only systems here') }}"}}).render("a");
             }),
             Contains("3: ") && Contains("only systems here"));
}

TEST_CASE("A conversation is rendered without the beginning of another reply") {
  const auto chat = load({{"chat_template",
                           "{% for m in messages %}{{ m.role }}: {{ m.content }}|{% endfor %}"
                           "{% if add_generation_prompt %}assistant: {% endif %}"}});
  CHECK(chat.render("a", "b") == "user: a|assistant: b|");
  CHECK(chat.render("a") == "user: a|assistant: ");
}

TEST_CASE("Whether there is a template is known without loading it") {
  const TempFolder folder;
  CHECK_FALSE(ChatTemplate::exists(folder.path()));
  write_atomically(folder / "tokenizer_config.json", R"({"chat_template": "x"})");
  CHECK(ChatTemplate::exists(folder.path()));
}

}  // namespace chat_template_test
