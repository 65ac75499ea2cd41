#!/usr/bin/env python3
"""Utilities that need more than generated text: likelihoods, abstention, reward models. Values against transformers', searches end to end."""
import json
import math
import shutil
import sys
import unittest

from shoal_case import GOLDEN, TINY, ShoalCase, history, read_json, shoal

SHORT = ["--set", "swarm.max_iteration=3", "--set", "swarm.particles=6"]
SCORED = GOLDEN.parent / "scored"
LETTERS = str(TINY / "tasks/letters.json")
TASKS = {
    "option_likelihood": {"data": LETTERS},
    "perplexity": {"data": str(TINY / "tasks/words.json")},
    "abstain": {"data": LETTERS, "match": "reference"},
    "reward": {"data": LETTERS, "max_new_tokens": 8, "reward_model": str(SCORED / "reward_llama"), "minimum": -4, "maximum": 4, "variant": "verbose"},
}


def task(kind, **keys):
    return {"name": "it", "type": kind, **TASKS[kind], **keys}


class Values(ShoalCase):
    def eval(self, task, *extra, model=TINY / "model"):
        file, out = self.folder / "task.yaml", self.folder / "out.json"
        file.write_text(json.dumps(task))
        done = shoal("eval", "--model", model, "--task", file, "--dtype", "float32", "--out", out, *extra)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.text = done.stdout
        return read_json(out)

    def write(self, items):
        data = self.folder / "data.json"
        data.write_text(json.dumps({"dev": items, "test": items}))
        return str(data)

    def test_options_have_the_log_likelihoods_of_transformers_and_the_likeliest_wins(self):
        group = next(g for g in read_json(GOLDEN / "likelihood_tiny.json") if g["adapters"] == ["expert3"])
        asked = group["outputs"][:6]
        options = [text["text"].strip() for text in asked[0]["texts"]]
        items = [{"question": o["prompt"].removeprefix("Question: ").removesuffix("\nAnswer:"), "choices": options, "answer": "A"} for o in asked]
        for normalise in ("none", "length"):
            found = self.eval({"name": "it", "type": "option_likelihood", "data": self.write(items), "normalise": normalise},
                              "--adapter", TINY / "experts/expert3")
            chosen = 0
            for sample, output in zip(found["samples"], asked, strict=True):
                expected = {chr(65 + i): text["log_probability"] for i, text in enumerate(output["texts"])}
                self.assertEqual(list(sample["details"]), list(expected))
                for key, value in expected.items():
                    self.assertAlmostEqual(sample["details"][key], value, delta=1e-4)
                size = {key: len(option) if normalise == "length" else 1 for key, option in zip(expected, options)}
                self.assertEqual(sample["answer"], max(expected, key=lambda key: expected[key] / size[key]))
                chosen += sample["answer"] == "A"
            self.assertEqual(found["results"]["it"]["utility"], chosen / 6)
            self.assertEqual(found["results"]["it"]["parse_failures"], 0)

    def test_perplexity_is_shown_beside_the_score(self):
        found = self.eval(task("perplexity"), "--split", "test")
        scores = [sample["score"] for sample in found["samples"]]
        expected = math.exp(-sum(map(math.log, scores)) / len(scores))
        self.assertAlmostEqual(found["results"]["it"]["perplexity"], expected)
        self.assertIn(f"perplexity {expected:.4f}", self.text)
        for sample in found["samples"]:
            self.assertAlmostEqual(sample["score"] * sample["details"]["perplexity"], 1.0)
        self.assertTrue(all(sample["output_ids"] == [] for sample in found["samples"]))

    def test_a_text_alone_has_the_perplexity_behind_its_first_token(self):
        alone = self.eval({"name": "it", "type": "perplexity", "data": self.write([{"answer": "red green blue"}])})["samples"][0]
        self.assertEqual(alone["prompt_tokens"], 1)
        self.assertGreater(alone["details"]["tokens"], 1)

    def test_rewards_are_those_of_transformers(self):
        exchanges = read_json(GOLDEN / "reward_tiny.json")[0]
        questions = [{"question": o["prompt"]} for o in exchanges["outputs"]]
        found = self.eval(task("reward", data=self.write(questions)))
        for sample in found["samples"]:
            reward, tokens = sample["details"]["reward"], sample["details"]["tokens"]
            self.assertEqual(tokens, len(sample["output_ids"]))
            expected = 0.5 * (min(max((reward + 4) / 8, 0), 1) + min(max((tokens - 10) / 191, 0), 1))
            self.assertAlmostEqual(sample["score"], expected)

    def test_an_abstainers_utility_is_half_of_one_plus_its_effective_reliability(self):
        found = self.eval(task("abstain"))
        result = found["results"]["it"]
        self.assertAlmostEqual(result["utility"], (1 + result["effective_reliability"]) / 2)
        self.assertLessEqual({sample["score"] for sample in found["samples"]}, {0.0, 0.5, 1.0})
        self.assertEqual(found["samples"], self.eval(task("abstain"), "--no-prefix-sharing")["samples"])

    def test_chat_templates_and_limits_count_for_all(self):
        model = self.folder / "model"
        shutil.copytree(TINY / "model", model)
        shutil.copy(SCORED / "reward_llama/chat_template.jinja", model)
        for kind in TASKS:
            with self.subTest(kind):
                plain = self.eval(task(kind, limit=3), model=model)
                chat = self.eval(task(kind, limit=3, chat_template=True), model=model)
                self.assertEqual([len(plain["samples"]), len(chat["samples"])], [3, 3])
                self.assertNotEqual([s["prompt_tokens"] for s in plain["samples"]], [s["prompt_tokens"] for s in chat["samples"]])


class Searches(ShoalCase):
    def settings(self, kind):
        return [*SHORT, "--set", "utility=" + json.dumps({"tasks": [task(kind)]})]

    def best(self, name):
        return [json.loads(line)["global_best"] for line in (self.folder / name / "history.jsonl").read_text().splitlines()]

    def test_every_type_carries_a_search_the_same_on_two_ranks_and_without_pruning(self):
        for kind in TASKS:
            with self.subTest(kind):
                self.run_tiny(kind, *self.settings(kind))
                self.run_tiny(kind + "-two", *self.settings(kind), "--set", "evaluation.threads=2", ranks=2)
                self.assertEqual(history(self.folder / kind), history(self.folder / (kind + "-two")))
                self.run_tiny(kind + "-all", *self.settings(kind), "--set", "evaluation.prune=false")
                self.assertEqual(self.best(kind), self.best(kind + "-all"))
                result = read_json(self.folder / kind / "result.json")
                for split in ("dev", "test"):
                    self.assertGreater(result["best"][split]["utility"], 0.0)
                    self.assertGreater(result["best"][split]["standard_error"], 0.0)
                measured = result["best"]["test"]["tasks"]["it"].get("measures", {})
                self.assertEqual("perplexity" in measured, kind == "perplexity")
                self.assertEqual("effective_reliability" in measured, kind == "abstain")

    def test_all_types_together_are_validated_estimated_and_listed(self):
        listed = shoal("ls").stdout
        tasks = [task(kind, name=kind) for kind in TASKS]
        config = self.folder / "run.yaml"
        config.write_text((TINY / "run.yaml").read_text().replace("model: model", f"model: {TINY / 'model'}").replace("experts/*", f"{TINY}/experts/*")
                          .split("utility:")[0] + "utility: " + json.dumps({"combine": "mean", "tasks": tasks}) + "\nevaluation: {threads: 1, block: 8}\n")
        for verb in (["validate"], ["estimate"]):
            done = shoal(*verb, config)
            self.assertEqual(done.returncode, 0, done.stderr)
        for kind in TASKS:
            self.assertIn(kind, listed)
        self.assertIn("Qwen2ForSequenceClassification", listed)

    def test_wrong_settings_are_told(self):
        for kind, keys, code, word in (("reward", {"reward_model": "/nowhere"}, 3, "/nowhere"), ("reward", {"reward_model": str(TINY / "model")}, 3, "LlamaForCausalLM"),
                                       ("reward", {"minimum": 5}, 2, "maximum"), ("reward", {"reward_model": str(SCORED / "reward_qwen2"), "reward_chat_template": True}, 3, "chat template"),
                                       ("option_likelihood", {"normalise": "tokens"}, 2, "normalise"), ("perplexity", {"max_new_tokens": 3}, 2, "max_new_tokens")):
            with self.subTest(keys):
                done = shoal("run", TINY / "run.yaml", "--run-dir", self.folder / "run", "--set", "utility=" + json.dumps({"tasks": [task(kind, **keys)]}))
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertIn(word, done.stderr)
                self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
