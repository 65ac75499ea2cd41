#!/usr/bin/env python3
"""Other tools' files: imported, validated, and searched or scored with."""
import json
import unittest

from shoal_case import TINY, ShoalCase, shoal


class Import(ShoalCase):
    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def imported(self, tool, path, *extra, expect=0):
        done = shoal("import", tool, path, "--out", self.folder / "ours.yaml", *extra)
        self.assertEqual(done.returncode, expect, done.stderr)
        return [line for line in done.stderr.splitlines() if line.startswith("warning: ")]

    def test_a_merge_becomes_a_search(self):
        merge = self.write("merge.yaml", json.dumps(
            {"merge_method": "ties", "base_model": f"{TINY}/model", "dtype": "float32",
             "models": [{"model": f"{TINY}/full/{name}", "parameters": {"weight": 0.5}} for name in self.full_models()]}))
        warnings = self.imported("mergekit", merge, "--task", TINY / "tasks/words.json")
        self.assertEqual(len(warnings), 1, warnings)
        self.assertIn("merge_method ties with the weights 0.5", warnings[0])
        done = shoal("run", self.folder / "ours.yaml", "--run-dir", self.folder / "run", "--set", "swarm={preset: quick, max_iteration: 1}")
        self.assertEqual(done.returncode, 0, done.stderr)

    def full_models(self):
        return sorted(path.name for path in (TINY / "full").iterdir() if path.is_dir())

    def test_a_task_of_lm_eval_is_scored(self):
        records = [{"q": "Say: red", "a": "red"}, {"q": "Say: blue", "a": "blue"}]
        self.write("records.json", json.dumps(records))
        task = self.write("colours.yaml", json.dumps(
            {"task": "colours", "output_type": "generate_until", "dataset_path": "json", "test_split": "t",
             "dataset_kwargs": {"data_files": {"t": "records.json"}}, "doc_to_text": "{{q}}\nAnswer:", "doc_to_target": "a",
             "generation_kwargs": {"max_gen_toks": 3}}))
        self.imported("lm-eval", task)
        done = shoal("eval", "--model", TINY / "model", "--task", self.folder / "ours.yaml", "--split", "test", "--no-early-exit", "--out",
                     self.folder / "eval.json")
        self.assertEqual(done.returncode, 0, done.stderr)
        result = json.loads((self.folder / "eval.json").read_text())
        self.assertEqual([sample["target"] for sample in result["samples"]], ["red", "blue"])
        self.assertTrue(all(len(sample["output_ids"]) <= 3 for sample in result["samples"]))

    def test_a_task_of_lm_eval_with_options_is_searched_by_likelihood(self):
        records = [{"q": f"Which is {word}?", "choices": ["sand", word, "salt"], "label": 1} for word in ("red", "blue", "lime", "grey")]
        self.write("records.jsonl", "".join(json.dumps(record) + "\n" for record in records))
        task = self.write("options.yaml", json.dumps(
            {"task": "options", "output_type": "multiple_choice", "dataset_path": "json", "validation_split": "v", "test_split": "v",
             "dataset_kwargs": {"data_files": {"v": "records.jsonl"}}, "doc_to_text": "{{q}}\nAnswer:", "doc_to_target": "label",
             "doc_to_choice": "choices"}))
        self.imported("lm-eval", task)
        self.assertIn("option_likelihood", (self.folder / "ours.yaml").read_text())
        done = shoal("eval", "--model", TINY / "model", "--task", self.folder / "ours.yaml", "--out", self.folder / "eval.json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(json.loads((self.folder / "eval.json").read_text())["samples"]), 4)
        self.run_tiny("run", "--set", "swarm={preset: quick, max_iteration: 1}", "--set", "baselines=none",
                      "--set", f"utility.tasks=[{json.dumps(dict(name='options', type='option_likelihood', data=str(task)))}]")
        result = json.loads((self.folder / "run/result.json").read_text())
        self.assertIn(result["best"]["test"]["utility"], (0.0, 0.25, 0.5, 0.75, 1.0))

    def test_options_of_the_published_code_become_a_search(self):
        data = self.write("data/eval/words.json", (TINY / "tasks/words.json").read_text())
        self.assertEqual(self.imported("reference", data), [])
        script = self.write("search.sh", f"python search.py -n words -e exact_match -d words -b {TINY}/model -i {TINY}/experts \\\n"
                                         "  --inertia 0.1 -p 3 -m 2 --restart_patience 0.67 -g 0,1\n")
        warnings = self.imported("reference", script)
        self.assertEqual(len(warnings), 1, warnings)
        self.assertIn("gpus", warnings[0])
        done = shoal("run", self.folder / "ours.yaml", "--run-dir", self.folder / "run", "--set", "evaluation.dtype=float32")
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = (self.folder / "run/history.jsonl").read_text().splitlines()
        self.assertEqual(len(lines), 3)

    def test_a_task_of_lm_eval_can_be_the_data_of_a_task(self):
        records = [{"text": f"Say: {word}", "word": word} for word in ("red", "blue", "green")]
        self.write("records.jsonl", "".join(json.dumps(record) + "\n" for record in records))
        self.write("colours.yaml", "{task: colours, output_type: generate_until, dataset_path: json, validation_split: v, test_split: v, "
                                   "dataset_kwargs: {data_files: {v: records.jsonl}}, doc_to_text: text, doc_to_target: word, num_fewshot: 2}")
        tasks = f"utility.tasks=[{{data: {self.folder}/colours.yaml, max_new_tokens: 2}}]"
        done = self.run_tiny("run", "--set", tasks, "--set", "swarm={preset: quick, max_iteration: 1}")
        self.assertIn("task colours: num_fewshot is 2", done.stderr)
        again = shoal("run", self.folder / "run/config.yaml", "--run-dir", self.folder / "run")
        self.assertIn("has finished before", again.stderr, "the resolved configuration names the same search")

    def test_what_cannot_be_imported_is_one_sentence(self):
        self.write("stack.yaml", "{merge_method: passthrough, models: [{model: a}, {model: b}]}")
        self.write("python.yaml", "{task: t, dataset_path: json, dataset_kwargs: {data_files: x.json}, training_split: train, doc_to_text: !function u.f}")
        self.write("options.txt", "nothing here")
        for tool, name, code in (("mergekit", "stack.yaml", 2), ("lm-eval", "python.yaml", 2), ("reference", "options.txt", 2),
                                 ("mergekit", "gone.yaml", 3)):
            with self.subTest(tool=tool, name=name):
                done = shoal("import", tool, self.folder / name)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertEqual(len([line for line in done.stderr.splitlines() if line.startswith("shoal: ")]), 1, done.stderr)
                self.assertEqual(done.stdout, "")


if __name__ == "__main__":
    unittest.main()
