#!/usr/bin/env python3
"""Token swarms: adapters, a fine-tune and a model of another architecture answer together, weighted by the search."""
import json
import shutil
import signal
import subprocess
import sys
import unittest

import replay
from shoal_case import FEW, GOLDEN, TINY, ShoalCase, command, environment, history, read_json, settings, shoal

QWEN2 = TINY.parent / "scored/qwen2"
EXPERTS = [TINY / "experts/expert0", TINY / "experts/expert3", TINY / "full/model1", QWEN2]
NAMES = [expert.name for expert in EXPERTS]


def experts(*folders):
    return ["--set", f"experts=[{', '.join(map(str, folders))}]"]


TOKENS = [*settings("swarm.positions=tokens"), *experts(*EXPERTS)]
SHORT = settings("swarm.preset=quick", "swarm.max_iteration=1")


class TokenCase(ShoalCase):
    def one_line(self, done, code, *parts):
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        for part in parts:
            self.assertIn(str(part), done.stderr)

    def task(self, name):
        """A task of tiny/run.yaml by itself."""
        kind = {"words": "exact_match", "letters": "multiple_choice"}[name]
        text = f"name: {name}\ntype: {kind}\ndata: {TINY}/tasks/{name}.json\nmatch: reference\n"
        path = self.folder / f"{name}.yaml"
        path.write_text(text + ('instruction: ""\n' if name == "letters" else ""))
        return path

    def evaluate(self, *arguments, expect=0):
        out = self.folder / "eval.json"
        done = shoal("eval", "--dtype", "float32", "--threads", "1", "--out", out, *arguments)
        self.assertEqual(done.returncode, expect, done.stderr)
        return read_json(out) if expect == 0 else done


class Ranks(TokenCase):
    def test_history_and_winner_are_identical_on_any_number_of_ranks_and_threads(self):
        search = [*TOKENS, *FEW, "--set", "swarm.max_iteration=3"]
        self.run_tiny("serial", *search)
        expected = history(self.folder / "serial")
        self.assertEqual(len(expected.splitlines()), 4)
        for name, ranks, threads in (("one", 1, 1), ("two", 2, 1), ("four", 4, 1), ("crew", 0, 3)):
            self.run_tiny(name, *search, "--set", f"evaluation.threads={threads}", ranks=ranks)
            self.assertEqual(history(self.folder / name), expected, name)
            for file in ("best/token_mixture.json", "final_scores.h5"):
                self.assertEqual((self.folder / name / file).read_bytes(), (self.folder / "serial" / file).read_bytes(), name)
        replay.replay(self.folder / "serial")

    def test_pruning_blocks_and_parts_change_no_position(self):
        self.copy_tiny("plain", *TOKENS, *SHORT)
        lines = [json.loads(line) for line in history(self.folder / "plain").splitlines()]
        for number, pair in enumerate(("evaluation.prune=false", "evaluation.max_batch_tokens=1")):
            self.run_tiny(f"other{number}", *TOKENS, *SHORT, "--set", pair)
            for line, other in zip(lines, history(self.folder / f"other{number}").splitlines(), strict=True):
                other = json.loads(other)
                self.assertEqual([p["position"] for p in line["particles"]], [p["position"] for p in other["particles"]])
                self.assertEqual(line["global_best"], other["global_best"])

    def test_other_optimisers_search_among_mixtures_too(self):
        for optimiser in ("cma_es", "random"):
            self.run_tiny(optimiser, *TOKENS, *FEW, *SHORT, "--set", f"optimiser={optimiser}")
            self.run_tiny(f"{optimiser}2", *TOKENS, *FEW, *SHORT, "--set", f"optimiser={optimiser}", ranks=2)
            self.assertEqual(history(self.folder / f"{optimiser}2"), history(self.folder / optimiser))


class Resume(TokenCase):
    long = [*TOKENS, *FEW, *settings("swarm.preset=quick", "swarm.max_iteration=8", "swarm.patience=20")]

    def test_a_stopped_search_goes_on_with_other_ranks_to_the_same_history(self):
        self.run_tiny("whole", *self.long)
        for count, ranks, end in ((2, 0, signal.SIGKILL), (5, 2, signal.SIGTERM)):
            process = subprocess.Popen(command(["run", TINY / "run.yaml", "--run-dir", self.folder / "run", *self.long], ranks),
                                       env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            self.wait_for_lines(count, seconds=60)
            process.send_signal(end)
            process.communicate(timeout=60)
        self.run_tiny("run", *self.long, ranks=3)
        self.assertEqual(history(self.folder / "run"), history(self.folder / "whole"))
        self.assertEqual((self.folder / "run/best/token_mixture.json").read_bytes(), (self.folder / "whole/best/token_mixture.json").read_bytes())

    def test_positions_are_part_of_the_trajectory_and_of_what_a_warm_start_takes(self):
        self.copy_tiny("run", *TOKENS, *SHORT)
        adapters = experts(*EXPERTS[:2])
        self.run_tiny("affine", *adapters, *SHORT)
        tokens = [*settings("swarm.positions=tokens"), *adapters, *SHORT]
        self.one_line(self.run_tiny("warm", *tokens, "--set", f"swarm.warm_start={self.folder / 'affine'}", expect=2), 2, "of another kind")
        self.assertIn("another configuration", self.run_tiny("affine", *tokens, expect=2).stderr)
        warm = self.run_tiny("warm", *TOKENS, *SHORT, "--set", f"swarm.warm_start={self.folder / 'run'}")
        self.assertIn("positions to begin with", warm.stderr)


class Results(TokenCase):
    """The table, against `shoal eval`."""

    def table_scores(self, row, task):
        return {split: row[split]["tasks"][task]["mean"] for split in ("dev", "test")}

    def scores(self, task, *subject):
        return {split: self.evaluate(*subject, "--task", self.task(task), "--split", split)["results"][task]["utility"] for split in ("dev", "test")}

    def test_the_winner_scores_what_the_table_says(self):
        self.run_tiny("run", *TOKENS, *settings("swarm.preset=quick", "swarm.max_iteration=3"))
        result = read_json(self.folder / "run/result.json")
        mixture = self.folder / "run/best/token_mixture.json"
        weights = [expert["weight"] for expert in read_json(mixture)["experts"]]
        self.assertEqual(weights, result["best"]["position"])
        self.assertGreater(sum(weight != 0 for weight in weights), 1)
        flags = [part for expert in EXPERTS for part in ("--expert", expert)]
        for task in ("words", "letters"):
            expected = self.table_scores(result["best"], task)
            self.assertEqual(self.scores(task, "--mixture", mixture), expected)
            self.assertEqual(self.scores(task, "--model", TINY / "model", *flags, "--merge-space", "tokens", f"--mix={','.join(map(repr, weights))}"), expected)

    def test_an_expert_alone_scores_what_it_scores_by_itself_and_costs_one_model(self):
        self.copy_tiny("run", *TOKENS, *SHORT)
        rows = read_json(self.folder / "run/result.json")["experts"]
        self.assertEqual([row["name"] for row in rows], NAMES)
        for task in ("words", "letters"):
            self.assertEqual(self.scores(task, "--model", TINY / "model", "--adapter", EXPERTS[0]), self.table_scores(rows[0], task))
            self.assertEqual(self.scores(task, "--model", QWEN2), self.table_scores(rows[3], task))
        flags = ["--task", self.task("words"), "--model", TINY / "model", "--expert", QWEN2, "--expert", EXPERTS[0], "--merge-space", "tokens"]
        alone, adapter = self.evaluate(*flags)
        by_itself = self.evaluate("--task", self.task("words"), "--model", QWEN2)
        one_hot = self.evaluate(*flags, "--mix", "1,0")
        both = self.evaluate(*flags, "--mix", "0.5,0.5")
        for found in (alone, one_hot):
            self.assertEqual([s["output_ids"] for s in found["samples"]], [s["output_ids"] for s in by_itself["samples"]])
            self.assertEqual(found["timing"]["prompt_tokens"], by_itself["timing"]["prompt_tokens"])
        self.assertEqual(both["timing"]["prompt_tokens"], 2 * alone["timing"]["prompt_tokens"])
        self.assertNotEqual([s["output_ids"] for s in both["samples"]], [s["output_ids"] for s in adapter["samples"]])

    def test_baselines_are_mixtures_and_what_would_merge_weights_is_refused(self):
        self.run_tiny("run", *TOKENS, *SHORT, "--set", "baselines=all")
        result = read_json(self.folder / "run/result.json")
        names = [row["name"] for row in result["baselines"]]
        self.assertEqual(names, ["uniform_soup", "greedy_soup", "random_affine", "cma_es", "pack_of_llms", "cbtm", "prediction_merge"])
        self.assertIsNotNone(result["ensemble"])
        self.assertEqual(result["baselines"][0]["position"], [0.25] * 4)
        self.assertAlmostEqual(sum(result["baselines"][3]["position"]), 1.0)
        for name in ("slerp", "dare_ties", "model_stock", "lora_hub", "evol_merge"):
            self.one_line(self.run_tiny("other", *TOKENS, "--set", f"baselines=[{name}]", expect=2), 2, f"baselines has {name}", "swarm.positions is tokens")

    def test_an_adapter_of_all_data_is_a_row(self):
        self.run_tiny("run", *TOKENS, *SHORT, "--set", f"baselines=[{{name: data_merge, adapter: {TINY}/experts/expert5}}]")
        row = read_json(self.folder / "run/result.json")["baselines"][1]
        self.assertEqual(row["name"], "data_merge")
        self.assertEqual(self.scores("words", "--model", TINY / "model", "--adapter", TINY / "experts/expert5"), self.table_scores(row, "words"))

    def test_report_result_and_card_say_what_was_mixed(self):
        self.copy_tiny("run", *TOKENS, *SHORT)
        report = (self.folder / "run/report.html").read_text()
        for name in NAMES:
            self.assertIn(name, report)
        self.assertIn("merge space tokens", report)
        self.assertEqual(read_json(self.folder / "run/result.json")["merge_space"], "tokens")
        inputs = [entry["path"] for entry in read_json(self.folder / "run/run.json")["inputs"]]
        for name in ("config.json", "model.safetensors", "tokenizer.json"):
            self.assertIn(str(QWEN2 / name), inputs)


class Export(TokenCase):
    def test_positions_are_exported_as_weights_and_never_as_a_model(self):
        self.copy_tiny("run", *TOKENS, *SHORT)
        for particle in ("best", "3"):
            done = shoal("export", self.folder / "run", "--out", self.folder / particle, "--particle", particle)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual({path.name for path in (self.folder / particle).iterdir()}, {"token_mixture.json", "README.md"})
        self.assertEqual(read_json(self.folder / "best/token_mixture.json"), read_json(self.folder / "run/best/token_mixture.json"))
        self.assertNotEqual(read_json(self.folder / "3/token_mixture.json"), read_json(self.folder / "best/token_mixture.json"))
        self.assertIn("shoal eval --mixture", (self.folder / "3/README.md").read_text())
        for flags, part in ((["--as", "merged"], "--as merged"), (["--rank", "2"], "--rank")):
            self.one_line(shoal("export", self.folder / "run", "--out", self.folder / "x", *flags), 2, "is a token swarm", part)

    def test_a_configuration_of_a_token_swarm_is_not_merged(self):
        self.copy_tiny("run", *TOKENS, *SHORT)
        for method in ("uniform_soup", "cma_es"):
            done = shoal("merge", "--method", method, self.folder / "run/config.yaml", "--out", self.folder / "merged")
            self.one_line(done, 2, "swarm.positions tokens")


class Eval(TokenCase):
    def test_mixtures_write_what_the_models_of_transformers_write_together(self):
        golden = read_json(GOLDEN / "mixture_tiny.json")
        prompts = ["Say: red\nAnswer:", "Say: blue\nAnswer:", "Which is it?", "a b c d e f g"]  # of make_mixture_goldens.py
        data = self.folder / "data.json"
        data.write_text(json.dumps({"dev": [{"question": prompt, "answer": "no such answer"} for prompt in prompts], "test": []}))
        task = self.folder / "task.yaml"
        task.write_text(f'name: golden\ntype: exact_match\ndata: {data}\nprompt: "{{question}}"\nmax_new_tokens: {golden["new_tokens"]}\n')
        flags = [part for name in golden["models"] for part in ("--expert", TINY.parent / name)]
        for number, entry in enumerate(golden["entries"]):
            found = self.evaluate("--task", task, "--model", TINY / "model", *flags, "--merge-space", "tokens", "--no-early-exit",
                                  f"--mix={','.join(map(str, entry['weights']))}")
            sample = found["samples"][number]
            self.assertEqual(sample["prompt_tokens"], len(entry["prompt_ids"]))
            self.assertEqual(sample["output_ids"], entry["mixed"]["probabilities"]["output_ids"])

    def test_wrong_mixtures(self):
        base = ["--task", self.task("words"), "--model", TINY / "model"]
        one = ["--expert", QWEN2]
        wrong = self.folder / "wrong.json"
        wrong.write_text('{"model": "m"}')
        measured = self.folder / "measured.yaml"
        measured.write_text(f"name: words\ntype: perplexity\ndata: {TINY}/tasks/words.json\n")
        for arguments, code, part in (([*base, *one, "--merge-space", "tokens", "--mix=0.5,0.5"], 2, "2 weights for 1 adapters"),
                                      ([*base, *one, "--merge-space", "tokens", "--mix=-1"], 2, "above 0"),
                                      ([*base, *one, "--mixture", wrong], 2, "--mixture stands beside --model"),
                                      (["--task", self.task("words")], 2, "--model is missing"),
                                      (["--task", self.task("words"), "--mixture", wrong], 3, "is not a token mixture"),
                                      ([*base, "--expert", TINY / "bad_base", "--merge-space", "tokens"], 3, "bad_base"),
                                      (["--task", measured, "--model", TINY / "model", *one, "--merge-space", "tokens"], 2, "perplexity")):
            with self.subTest(part):
                self.one_line(self.evaluate(*arguments, expect=code), code, part)


class WrongInput(TokenCase):
    def refused(self, code, parts, *extra):
        for verb in ("validate", "run"):
            place = ["--run-dir", self.folder / "run"] if verb == "run" else []
            self.one_line(shoal(verb, TINY / "run.yaml", *place, *TOKENS, *extra), code, *parts)

    def changed(self, file, change):
        folder = self.folder / "other"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(QWEN2, folder)
        content = read_json(folder / file)
        change(content)
        (folder / file).write_text(json.dumps(content))
        return folder

    def test_another_vocabulary_is_told_with_the_expert_and_the_first_difference(self):
        def rename(tokenizer):
            tokenizer["added_tokens"][0]["content"] = "<|stop|>"

        for file, change, part in (("tokenizer.json", rename, "<|stop|>"), ("config.json", lambda c: c.update(vocab_size=350), "350 tokens there and 340 here"),
                                   ("config.json", lambda c: c.update(eos_token_id=[0, 1]), "[0, 1] there and [0] here")):
            folder = self.changed(file, change)
            self.refused(3, [folder, "another vocabulary", part], *experts(EXPERTS[0], folder))

    def test_experts_that_are_no_models_are_told(self):
        self.refused(3, ["nowhere", "does not exist"], *experts(EXPERTS[0], self.folder / "nowhere"))
        folder = self.changed("config.json", lambda c: c.update(architectures=["Unheard"]))
        self.refused(3, ["Unheard"], *experts(EXPERTS[0], folder))
        self.refused(3, ["bad_base"], *experts(EXPERTS[0], TINY / "bad_base"))

    def test_weights_that_are_not_finite_are_found_on_any_rank(self):
        folder = self.changed("config.json", lambda c: None)
        content = bytearray((folder / "model.safetensors").read_bytes())
        content[-4:] = b"\xff\xff\xff\x7f"
        (folder / "model.safetensors").write_bytes(content)
        for ranks in (0, 2):
            done = self.run_tiny("run", *TOKENS, *experts(EXPERTS[0], folder), expect=3, ranks=ranks)
            self.assertIn("NaN or infinite", done.stderr)

    def test_a_prompt_that_one_expert_cannot_hold_is_told(self):
        folder = self.changed("config.json", lambda c: c.update(max_position_embeddings=20))
        self.refused(3, ["20 allowed"], *experts(EXPERTS[0], folder))

    def test_what_has_no_meaning_for_answers_is_refused(self):
        likelihood = f"utility.tasks=[{{name: t, type: option_likelihood, data: {TINY}/tasks/letters.json}}]"
        for pair, part in (("merge_space=delta", "merge_space is delta"), ("evaluation.pool=sharded", "pool sharded"), ("swarm.blocks=2", "swarm.blocks is 2"),
                           (likelihood, "task t of type option_likelihood"), ("swarm.velocity=ties", "needs swarm.positions: dense")):
            with self.subTest(pair):
                self.refused(2, [part], "--set", pair)

    def test_mixed_kinds_still_need_token_positions(self):
        self.one_line(shoal("validate", TINY / "run.yaml", *experts(*EXPERTS)), 3, "different kinds", "swarm.positions: tokens")


class Cost(TokenCase):
    def estimate(self, *extra):
        return self.estimate_tiny("--threads", "1", *extra)[0]

    def test_an_estimate_counts_every_expert(self):
        adapters = [*experts(*EXPERTS[:2]), "--rate", "1000"]
        one = self.estimate(*adapters)
        two = self.estimate(*adapters, *settings("swarm.positions=tokens"))
        for affine, together in zip(one["evaluations"], two["evaluations"], strict=True):
            self.assertEqual(together["evaluations"], affine["evaluations"])
            self.assertEqual(together["prompt_tokens_computed"], 2 * affine["prompt_tokens_computed"])
        self.assertAlmostEqual(two["ranks"][0]["iteration_seconds"], 2 * one["ranks"][0]["iteration_seconds"])
        four = self.estimate(*TOKENS, "--rate", "1000")
        whole = sum((folder / "model.safetensors").stat().st_size for folder in EXPERTS[2:])
        self.assertGreater(four["memory_bytes"], two["memory_bytes"] + whole / 2)
        self.assertTrue(self.estimate(*TOKENS)["measured"])

    def test_validate_says_that_experts_answer_together(self):
        done = shoal("validate", TINY / "run.yaml", *TOKENS)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("experts      4 (tokens)", done.stdout)

    def test_folded_adapters_are_models_that_are_held(self):
        folded = self.estimate(*TOKENS, "--rate", "1000", "--set", "evaluation.adapters=folded")
        self.assertGreater(folded["memory_bytes"], self.estimate(*TOKENS, "--rate", "1000")["memory_bytes"])
        self.run_tiny("run", *TOKENS, *SHORT, "--set", "evaluation.adapters=folded")


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
