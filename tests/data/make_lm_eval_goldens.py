#!/usr/bin/env python3
"""Prompts, options and answers as lm-eval itself makes them: tests/data/golden/lm_eval_items.json.

    pip install --no-deps lm-eval==0.4.13 && pip install jinja2 numpy typing_extensions pyyaml requests && python3 make_lm_eval_goldens.py

The tasks are written for this test in the manners of well-known ones. Templates are rendered by lm-eval's apply_template; which
rule applies to which key (a column's name, an index, a literal list) follows its ConfigurableTask."""
import ast
import json
from pathlib import Path

import yaml
from lm_eval.utils import apply_template

SCIENCE = [{"id": "a", "question": "Which \"thing\" is hot?", "choices": {"text": ["ice", "fire, it's", "snow", "rain"], "label": ["A", "B", "C", "D"]}, "answerKey": "B"},
           {"id": "b", "question": "Zwei + zwei – é?\n", "choices": {"text": ["3", "4", "5"], "label": ["1", "2", "3"]}, "answerKey": "2"}]
CASES = [
    ("an index into labels", "{output_type: multiple_choice, doc_to_text: \"Question: {{question}}\\nAnswer:\", doc_to_choice: \"{{choices.text}}\", "
     "doc_to_target: \"{{choices.label.index(answerKey)}}\"}", SCIENCE),
    ("two columns as options", "{output_type: multiple_choice, doc_to_text: \"Question: {{goal}}\\nAnswer:\", doc_to_choice: \"{{[sol1, sol2]}}\", doc_to_target: label}",
     [{"goal": "boil water", "sol1": "use 'heat'", "sol2": "use \"ice\"", "label": 0}, {"goal": "cut bread", "sol1": "a spoon", "sol2": "a knife", "label": 1}]),
    ("names of columns and a stripped key", "{output_type: multiple_choice, doc_to_text: question_stem, doc_to_choice: \"{{choices.text}}\", "
     "doc_to_target: \"{{choices.label.index(answerKey.lstrip())}}\"}",
     [{"question_stem": "The sun is", "choices": {"text": ["a star", "a stone"], "label": ["A", "B"]}, "answerKey": " A"}]),
    ("options that are a column", "{output_type: multiple_choice, doc_to_text: \"{{query}}\", doc_to_choice: choices, doc_to_target: \"{{label}}\"}",
     [{"query": "A man sits. He", "choices": ["flies.", "gets up.", "is a table."], "label": "1"}]),
    ("the same options for all", "{output_type: multiple_choice, description: \"Say yes or no.\\n\\n\", doc_to_text: \"{{passage}}\\nQuestion: {{question}}?\\nAnswer:\", "
     "doc_to_choice: [\"no\", \"yes\"], doc_to_target: label}",
     [{"passage": "Snow is cold.", "question": "is snow cold", "label": 1}, {"passage": "Fire is hot.", "question": "is fire cold", "label": 0}]),
    ("the text of an option as target", "{output_type: multiple_choice, doc_to_text: \"Premise: {{p}}\\nHypothesis: {{h}}\", doc_to_choice: {a: entailed, b: neutral}, doc_to_target: \"{{gold}}\"}",
     [{"p": "x", "h": "y", "gold": "neutral"}]),
    ("blocks, filters and white space", "{output_type: generate_until, doc_to_text: \"{% if hint %}\\nHint: {{hint|trim}}\\n  {% endif %}\\n{{question.strip()}}{% for c in choices.text %}\\n{{loop.index}}. {{c}}{%- endfor %}\\n\", "
     "doc_to_target: \"{{choices.text[0] | upper}}\"}",
     [{**SCIENCE[0], "hint": "  warm "}, {**SCIENCE[1], "hint": ""}]),
    ("an answer that begins with given words", "{output_type: generate_until, doc_to_text: \"{{q}}\", gen_prefix: \"The best answer is\", doc_to_target: a, generation_kwargs: {max_gen_toks: 7}}",
     [{"q": "Name a colour.", "a": "red"}]),
]


def column_or_template(value, record):
    return record[value] if value in record else apply_template(value, record)


def choices_of(task, record):
    value = task["doc_to_choice"]
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list):
        return value
    return record[value] if value in record else ast.literal_eval(apply_template(value, record))


def gold_of(task, record, choices):
    """The text of the right option, or the text to be found."""
    target = column_or_template(task["doc_to_target"], record)
    if choices is None:
        return target
    if isinstance(target, str):
        target = int(target) if target.isdigit() else choices.index(target)
    return choices[target]


def expected(task, record):
    prompt = apply_template(task.get("description", ""), record) + column_or_template(task["doc_to_text"], record)
    if "gen_prefix" in task:
        prompt += task.get("target_delimiter", " ") + apply_template(task["gen_prefix"], record)
    choices = choices_of(task, record) if "doc_to_choice" in task else None
    return {"prompt": prompt, "choices": choices, "gold": gold_of(task, record, choices)}


def main():
    cases = []
    for name, text, records in CASES:
        task = yaml.safe_load(text)
        cases.append({"name": name, "task": text, "records": records, "expected": [expected(task, record) for record in records]})
    out = Path(__file__).parent / "golden/lm_eval_items.json"
    out.write_text(json.dumps(cases, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
