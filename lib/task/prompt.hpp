#pragma once

#include <string>

#include "task/dataset.hpp"
#include "task/task_config.hpp"

namespace shoal::task {

/// What the model is shown for an item. Multiple choice, abstain and option_likelihood by keys, as published: the set's
/// instruction line (or worked examples), then "Question: …", one "KEY: text" line per option, "The answer is".
/// option_likelihood by texts, as lm-eval's ARC: "Question: …", "Answer:" (hellaswag: what the options continue). Other
/// types: the question alone. A `prompt` template in the configuration replaces the form; {instruction}, {question} and
/// {choices} stand for their parts.
std::string make_prompt(const TaskConfig& config, const Dataset& data, const Item& item);

/// New tokens that an answer may take unless the configuration says otherwise: 512 for a judge, 200 for gsm8k and for
/// what reward models, programs and services score, none where likelihood is measured, else 10.
int default_max_new_tokens(const TaskConfig& config);

}  // namespace shoal::task
