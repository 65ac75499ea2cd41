#!/usr/bin/env python3
"""`shoal eval`, `tokenize` and `export` against what Hugging Face's libraries gave (tests/data/make_goldens.py)."""
import hashlib
import json
import sys
import unittest

from shoal_case import DEMO, GOLDEN, TINY, ShoalCase, read_json, shoal


class Eval(ShoalCase):
    def ids(self, model, group, *extra):
        """Output ids of a golden group's prompts, through a task whose questions are the prompts."""
        items = [{"question": o["prompt"], "answer": "\u2603"} for o in group["outputs"]]
        task = self.folder / "prompts.json"
        task.write_text(json.dumps({"dev": items, "test": []}), encoding="utf-8")
        config = self.folder / "task.yaml"
        config.write_text(json.dumps({"name": "prompts", "type": "exact_match", "data": str(task),
                                      "max_new_tokens": group["max_new_tokens"]}))
        arguments = []
        for adapter in group["adapters"]:
            arguments += ["--adapter", model.parent / "experts" / adapter]
        if group["adapters"]:
            arguments += ["--mix", ",".join(map(str, group["mix"])), "--merge-space", group["merge_space"]]
        out = self.folder / "out.json"
        done = shoal("eval", "--model", model, "--task", config, "--dtype", "float32", "--no-early-exit", "--out", out, *arguments, *extra,
                     timeout=900)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [sample["output_ids"] for sample in read_json(out)["samples"]]

    def check(self, model, name, *extra):
        count = 0
        for group in read_json(GOLDEN / name):
            with self.subTest(adapters=group["adapters"], space=group["merge_space"]):
                self.assertEqual(self.ids(model, group, *extra), [o["output_ids"] for o in group["outputs"]])
                count += len(group["outputs"])
        return count

    def test_the_tiny_model_generates_what_transformers_generates(self):
        self.check(TINY / "model", "generation_tiny.json")

    def test_the_tiny_model_does_so_without_prefix_sharing(self):
        self.check(TINY / "model", "generation_tiny.json", "--no-prefix-sharing")

    def test_smollm2_generates_what_transformers_generates_on_300_examples(self):
        self.assertGreaterEqual(self.check(DEMO / "model", "generation_smollm2.json"), 300)


class EarlyExit(ShoalCase):
    def test_answers_and_scores_are_those_of_full_generation(self):
        for name in ("letters", "words"):
            results = []
            for extra in ([], ["--no-early-exit"], ["--no-prefix-sharing"]):
                out = self.folder / "out.json"
                done = shoal("eval", "--model", TINY / "model", "--task", TINY / f"tasks/{name}.json", "--dtype", "float32", "--adapter",
                             TINY / "experts/expert0", "--out", out, *extra)
                self.assertEqual(done.returncode, 0, done.stderr)
                results.append(read_json(out))
            for other in results[1:]:
                for a, b in zip(results[0]["samples"], other["samples"]):
                    self.assertEqual(b["output_ids"][:len(a["output_ids"])], a["output_ids"])
                    self.assertEqual(a["score"], b["score"])
            self.assertLessEqual(results[0]["timing"]["output_tokens"], results[1]["timing"]["output_tokens"])
            self.assertEqual(results[2]["timing"]["prompt_tokens"], results[2]["timing"]["prompt_tokens_computed"])
            self.assertLess(results[0]["timing"]["prompt_tokens_computed"], results[0]["timing"]["prompt_tokens"])

    def test_several_adapters_without_mix_are_a_list_in_order(self):
        out = self.folder / "out.json"
        adapters = [part for i in (2, 0) for part in ("--adapter", TINY / f"experts/expert{i}")]
        done = shoal("eval", "--model", TINY / "model", "--task", TINY / "tasks/words.json", "--split", "test", *adapters, "--out", out)
        self.assertEqual(done.returncode, 0, done.stderr)
        results = read_json(out)
        self.assertEqual([r["adapters"] for r in results], [[str(TINY / f"experts/expert{i}")] for i in (2, 0)])
        self.assertEqual(results[0]["results"]["words"]["n"], 32)


class Tokenize(ShoalCase):
    def test_ids_equal_hugging_faces_on_a_thousand_strings(self):
        golden = read_json(GOLDEN / "tokenizer_smollm2.json")
        self.assertGreaterEqual(len(golden), 1000)
        strings = self.folder / "strings.json"
        strings.write_text(json.dumps([entry["text"] for entry in golden]))
        done = shoal("tokenize", "--model", DEMO / "model", strings)
        self.assertEqual(done.returncode, 0, done.stderr)
        for entry, ids in zip(golden, json.loads(done.stdout), strict=True):
            self.assertEqual(ids, entry["ids"], repr(entry["text"]))


class Export(ShoalCase):
    def test_the_exported_adapter_answers_as_peft_does_with_it(self):
        """PEFT's answers were recorded with this very export: the adapter's hash is part of the golden."""
        golden = read_json(GOLDEN / "peft_export.json")
        adapter = self.folder / "best"
        run = self.folder / "run"
        done = shoal("run", GOLDEN.parent / "peft_export.yaml", "--run-dir", run, timeout=600)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = shoal("export", run, "--particle", "3", "--out", adapter)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(hashlib.sha256((adapter / "adapter_model.safetensors").read_bytes()).hexdigest(), golden["sha256"])
        case = Eval()
        case.folder = self.folder
        group = {"adapters": [], "max_new_tokens": golden["max_new_tokens"], "outputs": golden["outputs"]}
        ids = case.ids(DEMO / "model", group, "--adapter", adapter)
        self.assertEqual(ids, [o["output_ids"] for o in golden["outputs"]])

    def test_all_forms_of_a_tiny_run(self):
        self.run_tiny("run", "--set", "merge_space=delta", "--set", "swarm.max_iteration=1")
        run = self.folder / "run"
        expected = self.scores("--adapter", run / "best")
        for arguments in (["--as", "adapter", "--rank", "24"], ["--particle", "2"]):
            done = shoal("export", run, "--out", self.folder / "out", *arguments)
            self.assertEqual(done.returncode, 0, done.stderr)
        done = shoal("export", run, "--out", self.folder / "cut", "--rank", "3")
        self.assertIn("relative error", done.stdout)
        self.assertEqual(read_json(self.folder / "cut/adapter_config.json")["r"], 3)
        done = shoal("export", run, "--out", self.folder / "merged", "--as", "merged")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.scores(model=self.folder / "merged"), expected)

    def scores(self, *arguments, model=TINY / "model"):
        out = self.folder / "scores.json"
        done = shoal("eval", "--model", model, "--task", TINY / "tasks/words.json", "--dtype", "float32", "--out", out, *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [sample["output_ids"] for sample in read_json(out)["samples"]]

    def test_a_wrong_particle_is_a_usage_error(self):
        self.run_tiny("run", "--set", "swarm.max_iteration=1")
        self.assertEqual(shoal("export", self.folder / "run", "--out", self.folder / "o", "--particle", "99").returncode, 2)
        self.assertEqual(shoal("export", self.folder, "--out", self.folder / "o").returncode, 3)


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
